-- Schema chat, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS chat;

CREATE TABLE chat.broadcast (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    creator_id UUID NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    recipients INTEGER NOT NULL,
    CONSTRAINT pk_broadcast PRIMARY KEY (id)
);
CREATE INDEX ix_broadcast_cluster ON chat.broadcast (cluster);
CREATE INDEX ix_broadcast_creator_id ON chat.broadcast (creator_id);
CREATE INDEX ix_broadcast_due_at ON chat.broadcast (due_at) WHERE sent_at IS NULL;
CREATE UNIQUE INDEX uq_broadcast_open ON chat.broadcast (creator_id) WHERE sent_at IS NULL;

CREATE TABLE chat.conversation (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    creator_id UUID NOT NULL,
    fan_id UUID NOT NULL,
    last_seq INTEGER NOT NULL,
    last_change INTEGER NOT NULL,
    last_message_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_conversation PRIMARY KEY (id),
    CONSTRAINT uq_conversation_creator_id_fan_id UNIQUE (creator_id, fan_id)
);
CREATE INDEX ix_conversation_cluster ON chat.conversation (cluster);
CREATE INDEX ix_conversation_created_at ON chat.conversation (created_at);
CREATE INDEX ix_conversation_last_message_at ON chat.conversation (last_message_at);
CREATE INDEX ix_conversation_of_creator ON chat.conversation (creator_id, last_message_at, id);
CREATE INDEX ix_conversation_of_fan ON chat.conversation (fan_id, last_message_at, id);

CREATE TABLE chat.announcement (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    asset_id UUID NOT NULL,
    broadcast_id UUID NOT NULL,
    title TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_announcement PRIMARY KEY (id),
    CONSTRAINT uq_announcement_asset_id UNIQUE (asset_id),
    CONSTRAINT fk_announcement_broadcast_id FOREIGN KEY(broadcast_id) REFERENCES chat.broadcast (id) ON DELETE CASCADE
);
CREATE INDEX ix_announcement_broadcast_id ON chat.announcement (broadcast_id);
CREATE INDEX ix_announcement_cluster ON chat.announcement (cluster);
CREATE INDEX ix_announcement_created_at ON chat.announcement (created_at);

CREATE TABLE chat.message (
    id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    change INTEGER NOT NULL,
    sender VARCHAR(10) NOT NULL,
    sender_user_id INTEGER,
    client_id VARCHAR(64),
    kind VARCHAR(10) NOT NULL,
    body TEXT NOT NULL,
    broadcast_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    edited_at TIMESTAMP WITH TIME ZONE,
    removed_at TIMESTAMP WITH TIME ZONE,
    removed_by VARCHAR(120),
    removed_reason TEXT,
    removed_words TEXT,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(body, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT fk_message_conversation_id FOREIGN KEY(conversation_id) REFERENCES chat.conversation (id) ON DELETE CASCADE,
    CONSTRAINT ck_message_sender CHECK (sender IN ('creator', 'fan', 'platform')),
    CONSTRAINT fk_message_sender_user_id FOREIGN KEY(sender_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL,
    CONSTRAINT ck_message_kind CHECK (kind IN ('text', 'asset')),
    CONSTRAINT fk_message_broadcast_id FOREIGN KEY(broadcast_id) REFERENCES chat.broadcast (id)
) PARTITION BY RANGE (id);
CREATE TABLE chat.message_default PARTITION OF chat.message DEFAULT;
CREATE INDEX ix_message_broadcast_id ON chat.message (broadcast_id) WHERE broadcast_id IS NOT NULL;
CREATE INDEX ix_message_change ON chat.message (conversation_id, change);
CREATE INDEX ix_message_created_at ON chat.message (created_at);
CREATE INDEX ix_message_removed_at ON chat.message (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX ix_message_removed_by ON chat.message (removed_by) WHERE removed_by IS NOT NULL;
CREATE INDEX ix_message_sender_user_id ON chat.message (sender_user_id);
CREATE INDEX ix_message_words ON chat.message USING gin (words);

CREATE TABLE chat.message_key (
    conversation_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    message_id UUID NOT NULL,
    sender VARCHAR(10) NOT NULL,
    client_id VARCHAR(64),
    broadcast_id UUID,
    CONSTRAINT pk_message_key PRIMARY KEY (conversation_id, seq),
    CONSTRAINT uq_message_key_conversation_id_sender_client_id UNIQUE (conversation_id, sender, client_id),
    CONSTRAINT fk_message_key_conversation_id FOREIGN KEY(conversation_id) REFERENCES chat.conversation (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_message_key_broadcast ON chat.message_key (broadcast_id, conversation_id) WHERE broadcast_id IS NOT NULL;

CREATE TABLE chat.read_mark (
    conversation_id UUID NOT NULL,
    side VARCHAR(10) NOT NULL,
    seq INTEGER NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_read_mark PRIMARY KEY (conversation_id, side),
    CONSTRAINT fk_read_mark_conversation_id FOREIGN KEY(conversation_id) REFERENCES chat.conversation (id) ON DELETE CASCADE,
    CONSTRAINT ck_read_mark_side CHECK (side IN ('creator', 'fan', 'platform'))
);

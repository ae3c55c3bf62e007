-- Schema social, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS social;

CREATE TABLE social.follow (
    id UUID NOT NULL,
    fan_id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_follow PRIMARY KEY (id),
    CONSTRAINT uq_follow_fan_id_creator_id UNIQUE (fan_id, creator_id)
);
CREATE INDEX ix_follow_cluster ON social.follow (cluster);
CREATE INDEX ix_follow_created_at ON social.follow (created_at);
CREATE INDEX ix_follow_creator_id ON social.follow (creator_id);

CREATE TABLE social.post (
    id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    asset_id UUID,
    attachments TEXT[] DEFAULT '{}' NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    audience VARCHAR(12) NOT NULL,
    state VARCHAR(10) NOT NULL,
    removed_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    publish_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    edited_at TIMESTAMP WITH TIME ZONE,
    likes INTEGER NOT NULL,
    comments INTEGER NOT NULL,
    shares INTEGER NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(title, ''::text), 20000) || ' '::text || "left"(COALESCE(body, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_post PRIMARY KEY (id),
    CONSTRAINT ck_post_published_when_shown CHECK (published_at IS NOT NULL OR state IN ('draft', 'scheduled', 'removed', 'deleted')),
    CONSTRAINT ck_post_moment_when_scheduled CHECK ((state = 'scheduled') = (publish_at IS NOT NULL)),
    CONSTRAINT uq_post_asset_id UNIQUE (asset_id),
    CONSTRAINT ck_post_audience CHECK (audience IN ('public', 'subscribers', 'ppv')),
    CONSTRAINT ck_post_state CHECK (state IN ('draft', 'scheduled', 'visible', 'withdrawn', 'removed', 'deleted'))
);
CREATE INDEX ix_post_cluster ON social.post (cluster);
CREATE INDEX ix_post_created_at ON social.post (created_at);
CREATE INDEX ix_post_creator_id ON social.post (creator_id);
CREATE INDEX ix_post_feed ON social.post (creator_id, published_at, id) WHERE state = 'visible';
CREATE INDEX ix_post_of_creator ON social.post (creator_id, id);
CREATE INDEX ix_post_publish_at ON social.post (publish_at) WHERE state = 'scheduled';
CREATE INDEX ix_post_published_at ON social.post (published_at);
CREATE INDEX ix_post_words ON social.post USING gin (words);

CREATE TABLE social.comment (
    id UUID NOT NULL,
    post_id UUID NOT NULL,
    fan_id UUID,
    cluster VARCHAR(40) NOT NULL,
    body TEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    removed_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(body, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_comment PRIMARY KEY (id),
    CONSTRAINT fk_comment_post_id FOREIGN KEY(post_id) REFERENCES social.post (id) ON DELETE CASCADE,
    CONSTRAINT ck_comment_state CHECK (state IN ('draft', 'scheduled', 'visible', 'withdrawn', 'removed', 'deleted'))
);
CREATE INDEX ix_comment_cluster ON social.comment (cluster);
CREATE INDEX ix_comment_created_at ON social.comment (created_at);
CREATE INDEX ix_comment_fan_id ON social.comment (fan_id);
CREATE INDEX ix_comment_post_id ON social.comment (post_id, created_at, id);
CREATE INDEX ix_comment_state_created_at ON social.comment (state, created_at);
CREATE INDEX ix_comment_words ON social.comment USING gin (words);

CREATE TABLE social.post_like (
    id UUID NOT NULL,
    post_id UUID NOT NULL,
    fan_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_post_like PRIMARY KEY (id, post_id),
    CONSTRAINT uq_post_like_post_id_fan_id UNIQUE (post_id, fan_id),
    CONSTRAINT fk_post_like_post_id FOREIGN KEY(post_id) REFERENCES social.post (id) ON DELETE CASCADE
) PARTITION BY RANGE (post_id);
CREATE TABLE social.post_like_default PARTITION OF social.post_like DEFAULT;
CREATE INDEX ix_post_like_cluster ON social.post_like (cluster);
CREATE INDEX ix_post_like_created_at ON social.post_like (created_at);
CREATE INDEX ix_post_like_fan_id ON social.post_like (fan_id);

CREATE TABLE social.share (
    id UUID NOT NULL,
    post_id UUID NOT NULL,
    fan_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_share PRIMARY KEY (id),
    CONSTRAINT uq_share_post_id_fan_id UNIQUE (post_id, fan_id),
    CONSTRAINT fk_share_post_id FOREIGN KEY(post_id) REFERENCES social.post (id) ON DELETE CASCADE
);
CREATE INDEX ix_share_cluster ON social.share (cluster);
CREATE INDEX ix_share_created_at ON social.share (created_at);
CREATE INDEX ix_share_fan_id ON social.share (fan_id);

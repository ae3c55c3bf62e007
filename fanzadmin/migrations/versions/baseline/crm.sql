-- Schema crm, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS crm;

CREATE TABLE crm.block (
    id UUID NOT NULL,
    creator_id UUID NOT NULL,
    fan_id UUID NOT NULL,
    blocked_by VARCHAR(10) NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_block PRIMARY KEY (id),
    CONSTRAINT uq_block_creator_id_fan_id_blocked_by UNIQUE (creator_id, fan_id, blocked_by),
    CONSTRAINT ck_block_blocked_by CHECK (blocked_by IN ('creator', 'fan'))
);
CREATE INDEX ix_block_cluster ON crm.block (cluster);
CREATE INDEX ix_block_created_at ON crm.block (created_at);
CREATE INDEX ix_block_fan_id ON crm.block (fan_id);

CREATE TABLE crm.timeline_entry (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    subject_kind VARCHAR(8) NOT NULL,
    subject_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind VARCHAR(40) NOT NULL,
    sentence TEXT NOT NULL,
    told JSONB,
    link VARCHAR(80) NOT NULL,
    trace_id VARCHAR(32) NOT NULL,
    CONSTRAINT pk_timeline_entry PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE TABLE crm.timeline_entry_default PARTITION OF crm.timeline_entry DEFAULT;
CREATE INDEX ix_timeline_entry_at ON crm.timeline_entry (at);
CREATE INDEX ix_timeline_entry_cluster ON crm.timeline_entry (cluster);
CREATE INDEX ix_timeline_entry_kind_at ON crm.timeline_entry (kind, at);
CREATE INDEX ix_timeline_entry_link ON crm.timeline_entry (link) WHERE link <> '';
CREATE INDEX ix_timeline_entry_subject_id_at ON crm.timeline_entry (subject_id, at, id);
CREATE INDEX ix_timeline_entry_trace_id ON crm.timeline_entry (trace_id);

CREATE TABLE crm.creator (
    id UUID NOT NULL,
    user_id INTEGER,
    cluster VARCHAR(40) NOT NULL,
    handle VARCHAR(30) NOT NULL,
    name VARCHAR(80) NOT NULL,
    legal_name VARCHAR(160) NOT NULL,
    email VARCHAR(254) NOT NULL,
    about TEXT NOT NULL,
    state VARCHAR(12) NOT NULL,
    state_reason TEXT NOT NULL,
    tier VARCHAR(12) NOT NULL,
    subscription_minor BIGINT NOT NULL,
    manager_user_id INTEGER,
    joined_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(name::text, ''::text), 20000) || ' '::text || "left"(COALESCE(handle::text, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_creator PRIMARY KEY (id),
    CONSTRAINT ck_creator_handle CHECK (handle ~ '^[a-z0-9][a-z0-9_.]{1,29}$'),
    CONSTRAINT ck_creator_subscription_minor CHECK (subscription_minor >= 0),
    CONSTRAINT uq_creator_user_id UNIQUE (user_id),
    CONSTRAINT fk_creator_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL,
    CONSTRAINT uq_creator_handle UNIQUE (handle),
    CONSTRAINT fk_creator_manager_user_id FOREIGN KEY(manager_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_creator_cluster ON crm.creator (cluster);
CREATE INDEX ix_creator_created_at ON crm.creator (created_at);
CREATE INDEX ix_creator_joined_at ON crm.creator (joined_at);
CREATE INDEX ix_creator_manager_user_id ON crm.creator (manager_user_id);
CREATE INDEX ix_creator_state ON crm.creator (state);
CREATE INDEX ix_creator_words ON crm.creator USING gin (words);

CREATE TABLE crm.fan (
    id UUID NOT NULL,
    user_id INTEGER,
    cluster VARCHAR(40) NOT NULL,
    name VARCHAR(80) NOT NULL,
    email VARCHAR(254) NOT NULL,
    country VARCHAR(2) NOT NULL,
    spent_minor BIGINT DEFAULT 0 NOT NULL,
    last_seen TIMESTAMP WITH TIME ZONE,
    tags VARCHAR(40)[] DEFAULT '{}' NOT NULL,
    terms_version VARCHAR(20) DEFAULT '' NOT NULL,
    terms_accepted_at TIMESTAMP WITH TIME ZONE,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(name::text, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_fan PRIMARY KEY (id),
    CONSTRAINT uq_fan_user_id UNIQUE (user_id),
    CONSTRAINT fk_fan_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_fan_cluster_spent_minor ON crm.fan (cluster, spent_minor);
CREATE INDEX ix_fan_country_id ON crm.fan (country, id);
CREATE INDEX ix_fan_created_at ON crm.fan (created_at);
CREATE INDEX ix_fan_joined_at ON crm.fan (joined_at);
CREATE INDEX ix_fan_last_seen ON crm.fan (last_seen);
CREATE INDEX ix_fan_name_id ON crm.fan (name, id);
CREATE INDEX ix_fan_spent_minor_id ON crm.fan (spent_minor, id);
CREATE INDEX ix_fan_tags ON crm.fan USING gin (tags);
CREATE INDEX ix_fan_words ON crm.fan USING gin (words);

CREATE TABLE crm.report_case (
    id UUID NOT NULL,
    kind VARCHAR(10) NOT NULL,
    subject_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    creator_id UUID NOT NULL,
    fan_id UUID,
    asset_id UUID,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    surroundings TEXT[] NOT NULL,
    reports INTEGER NOT NULL,
    state VARCHAR(10) NOT NULL,
    decision TEXT NOT NULL,
    decisions TEXT[] NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by INTEGER,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(title, ''::text), 20000) || ' '::text || "left"(COALESCE(body, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_report_case PRIMARY KEY (id),
    CONSTRAINT uq_report_case_kind_subject_id UNIQUE (kind, subject_id),
    CONSTRAINT ck_report_case_kind CHECK (kind IN ('post', 'comment', 'message', 'creator', 'asset')),
    CONSTRAINT ck_report_case_state CHECK (state IN ('open', 'dismissed', 'removed', 'handled')),
    CONSTRAINT fk_report_case_decided_by FOREIGN KEY(decided_by) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_report_case_asset_id ON crm.report_case (asset_id);
CREATE INDEX ix_report_case_cluster ON crm.report_case (cluster);
CREATE INDEX ix_report_case_created_at ON crm.report_case (created_at);
CREATE INDEX ix_report_case_creator_id ON crm.report_case (creator_id);
CREATE INDEX ix_report_case_decided_by ON crm.report_case (decided_by);
CREATE INDEX ix_report_case_fan_id ON crm.report_case (fan_id);
CREATE INDEX ix_report_case_state_created_at ON crm.report_case (state, created_at);
CREATE INDEX ix_report_case_words ON crm.report_case USING gin (words);

CREATE TABLE crm.creator_day (
    creator_id UUID NOT NULL,
    day DATE NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    published BIGINT DEFAULT 0 NOT NULL,
    started BIGINT DEFAULT 0 NOT NULL,
    ended BIGINT DEFAULT 0 NOT NULL,
    likes BIGINT DEFAULT 0 NOT NULL,
    comments BIGINT DEFAULT 0 NOT NULL,
    messages BIGINT DEFAULT 0 NOT NULL,
    clicks BIGINT DEFAULT 0 NOT NULL,
    gross_minor BIGINT DEFAULT 0 NOT NULL,
    earned_minor BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_creator_day PRIMARY KEY (creator_id, day),
    CONSTRAINT fk_creator_day_creator_id FOREIGN KEY(creator_id) REFERENCES crm.creator (id) ON DELETE CASCADE
);
CREATE INDEX ix_creator_day_cluster_day ON crm.creator_day (cluster, day);

CREATE TABLE crm.creator_numbers (
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    assets BIGINT DEFAULT 0 NOT NULL,
    published BIGINT DEFAULT 0 NOT NULL,
    subscribers BIGINT DEFAULT 0 NOT NULL,
    followers BIGINT DEFAULT 0 NOT NULL,
    likes BIGINT DEFAULT 0 NOT NULL,
    comments BIGINT DEFAULT 0 NOT NULL,
    shares BIGINT DEFAULT 0 NOT NULL,
    messages BIGINT DEFAULT 0 NOT NULL,
    clicks BIGINT DEFAULT 0 NOT NULL,
    unlocks BIGINT DEFAULT 0 NOT NULL,
    tips BIGINT DEFAULT 0 NOT NULL,
    suggestions_accepted BIGINT DEFAULT 0 NOT NULL,
    gross_minor BIGINT DEFAULT 0 NOT NULL,
    earned_minor BIGINT DEFAULT 0 NOT NULL,
    paid_out_minor BIGINT DEFAULT 0 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_creator_numbers PRIMARY KEY (creator_id),
    CONSTRAINT fk_creator_numbers_creator_id FOREIGN KEY(creator_id) REFERENCES crm.creator (id) ON DELETE CASCADE
);
CREATE INDEX ix_creator_numbers_cluster ON crm.creator_numbers (cluster);

CREATE TABLE crm.note (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    creator_id UUID,
    fan_id UUID,
    body TEXT NOT NULL,
    author_user_id INTEGER,
    author VARCHAR(120) NOT NULL,
    pinned BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(body, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_note PRIMARY KEY (id),
    CONSTRAINT ck_note_one_subject CHECK (num_nonnulls(creator_id, fan_id) = 1),
    CONSTRAINT fk_note_creator_id FOREIGN KEY(creator_id) REFERENCES crm.creator (id) ON DELETE CASCADE,
    CONSTRAINT fk_note_fan_id FOREIGN KEY(fan_id) REFERENCES crm.fan (id) ON DELETE CASCADE,
    CONSTRAINT fk_note_author_user_id FOREIGN KEY(author_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_note_author_user_id ON crm.note (author_user_id);
CREATE INDEX ix_note_cluster ON crm.note (cluster);
CREATE INDEX ix_note_created_at ON crm.note (created_at);
CREATE INDEX ix_note_creator_id ON crm.note (creator_id);
CREATE INDEX ix_note_fan_id ON crm.note (fan_id);
CREATE INDEX ix_note_words ON crm.note USING gin (words);

CREATE TABLE crm.report (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    fan_id UUID,
    creator_id UUID,
    ground VARCHAR(20) NOT NULL,
    words TEXT NOT NULL,
    decisions_before INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_report PRIMARY KEY (id),
    CONSTRAINT fk_report_case_id FOREIGN KEY(case_id) REFERENCES crm.report_case (id) ON DELETE CASCADE,
    CONSTRAINT ck_report_ground CHECK (ground IN ('spam', 'abuse', 'unlawful', 'minor', 'no_consent', 'stolen', 'personal_data', 'impersonation', 'other'))
);
CREATE INDEX ix_report_case_id ON crm.report (case_id);
CREATE INDEX ix_report_created_at ON crm.report (created_at);
CREATE INDEX ix_report_creator_id ON crm.report (creator_id);
CREATE INDEX ix_report_fan_id ON crm.report (fan_id);

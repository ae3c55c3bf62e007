-- Schema security, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS security;

CREATE SEQUENCE security.ab_group_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_group (
    id INTEGER NOT NULL,
    name VARCHAR(100) NOT NULL,
    label VARCHAR(150),
    description VARCHAR(512),
    CONSTRAINT pk_ab_group PRIMARY KEY (id),
    CONSTRAINT uq_ab_group_name UNIQUE (name)
);

CREATE SEQUENCE security.ab_permission_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_permission (
    id INTEGER NOT NULL,
    name VARCHAR(100) NOT NULL,
    CONSTRAINT pk_ab_permission PRIMARY KEY (id),
    CONSTRAINT uq_ab_permission_name UNIQUE (name)
);

CREATE SEQUENCE security.ab_register_user_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_register_user (
    id INTEGER NOT NULL,
    first_name VARCHAR(64) NOT NULL,
    last_name VARCHAR(64) NOT NULL,
    username VARCHAR(128) NOT NULL,
    password VARCHAR(256),
    email VARCHAR(320) NOT NULL,
    registration_date TIMESTAMP WITHOUT TIME ZONE,
    registration_hash VARCHAR(256),
    CONSTRAINT pk_ab_register_user PRIMARY KEY (id),
    CONSTRAINT uq_ab_register_user_username UNIQUE (username),
    CONSTRAINT uq_ab_register_user_email UNIQUE (email)
);

CREATE SEQUENCE security.ab_role_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_role (
    id INTEGER NOT NULL,
    name VARCHAR(64) NOT NULL,
    CONSTRAINT pk_ab_role PRIMARY KEY (id),
    CONSTRAINT uq_ab_role_name UNIQUE (name)
);

CREATE SEQUENCE security.ab_user_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_user (
    id INTEGER NOT NULL,
    first_name VARCHAR(64) NOT NULL,
    last_name VARCHAR(64) NOT NULL,
    username VARCHAR(128) NOT NULL,
    password VARCHAR(256),
    active BOOLEAN,
    email VARCHAR(320) NOT NULL,
    last_login TIMESTAMP WITHOUT TIME ZONE,
    login_count INTEGER,
    fail_login_count INTEGER,
    created_on TIMESTAMP WITHOUT TIME ZONE,
    changed_on TIMESTAMP WITHOUT TIME ZONE,
    created_by_fk INTEGER,
    changed_by_fk INTEGER,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(username::text, ''::text), 20000) || ' '::text || "left"(COALESCE(first_name::text, ''::text), 20000) || ' '::text || "left"(COALESCE(last_name::text, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_ab_user PRIMARY KEY (id),
    CONSTRAINT uq_ab_user_username UNIQUE (username),
    CONSTRAINT uq_ab_user_email UNIQUE (email),
    CONSTRAINT fk_ab_user_created_by_fk FOREIGN KEY(created_by_fk) REFERENCES security.ab_user (id),
    CONSTRAINT fk_ab_user_changed_by_fk FOREIGN KEY(changed_by_fk) REFERENCES security.ab_user (id)
);
CREATE INDEX ix_ab_user_active_id ON security.ab_user (active, id);
CREATE INDEX ix_ab_user_created_on_id ON security.ab_user (created_on, id);
CREATE INDEX ix_ab_user_email_lower ON security.ab_user (lower(email));
CREATE INDEX ix_ab_user_first_name_id ON security.ab_user (first_name, id);
CREATE INDEX ix_ab_user_last_login_id ON security.ab_user (last_login, id);
CREATE INDEX ix_ab_user_last_name_id ON security.ab_user (last_name, id);
CREATE INDEX ix_ab_user_username_lower ON security.ab_user (lower(username));
CREATE INDEX ix_ab_user_words ON security.ab_user USING gin (words);

CREATE SEQUENCE security.ab_view_menu_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_view_menu (
    id INTEGER NOT NULL,
    name VARCHAR(250) NOT NULL,
    CONSTRAINT pk_ab_view_menu PRIMARY KEY (id),
    CONSTRAINT uq_ab_view_menu_name UNIQUE (name)
);

CREATE TABLE security.audit_entry (
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id INTEGER,
    actor TEXT NOT NULL,
    approver_id INTEGER,
    approver TEXT,
    reason TEXT,
    action VARCHAR(10) NOT NULL,
    table_name VARCHAR(80) NOT NULL,
    record_id TEXT NOT NULL,
    changes JSONB NOT NULL,
    trace_id VARCHAR(32) NOT NULL,
    principal VARCHAR(60) NOT NULL CONSTRAINT ck_audit_entry_principal CHECK (principal ~ '^(person|service|system):.'),
    real_principal VARCHAR(60),
    on_behalf_of VARCHAR(60),
    way VARCHAR(10) NOT NULL,
    span_id VARCHAR(16) NOT NULL,
    parent_span_id VARCHAR(16),
    CONSTRAINT pk_audit_entry PRIMARY KEY (id),
    CONSTRAINT ck_audit_entry_action CHECK (action IN ('create', 'update', 'delete', 'reveal', 'export', 'import', 'decide')),
    CONSTRAINT ck_audit_entry_way CHECK (way IN ('session', 'key', 'job', 'delivery', 'command', 'socket'))
) PARTITION BY RANGE (id);
CREATE TABLE security.audit_entry_default PARTITION OF security.audit_entry DEFAULT;
CREATE INDEX ix_audit_entry_action_at ON security.audit_entry (action, at);
CREATE INDEX ix_audit_entry_actor_at ON security.audit_entry (actor, at);
CREATE INDEX ix_audit_entry_actor_id ON security.audit_entry (actor_id);
CREATE INDEX ix_audit_entry_at ON security.audit_entry (at);
CREATE INDEX ix_audit_entry_record ON security.audit_entry (table_name, record_id);
CREATE INDEX ix_audit_entry_record_id ON security.audit_entry (record_id);
CREATE INDEX ix_audit_entry_trace_id ON security.audit_entry (trace_id);

CREATE TABLE security.cluster (
    key VARCHAR(40) NOT NULL,
    name VARCHAR(80) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_cluster PRIMARY KEY (key),
    CONSTRAINT uq_cluster_name UNIQUE (name)
);
CREATE INDEX ix_cluster_created_at ON security.cluster (created_at);

CREATE SEQUENCE security.ab_api_key_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_api_key (
    id INTEGER NOT NULL,
    uuid VARCHAR(36) NOT NULL,
    name VARCHAR(256) NOT NULL,
    key_hash VARCHAR(256) NOT NULL,
    lookup_hash VARCHAR(256),
    key_prefix VARCHAR(16) NOT NULL,
    user_id INTEGER NOT NULL,
    scopes TEXT,
    active BOOLEAN NOT NULL,
    created_on TIMESTAMP WITHOUT TIME ZONE,
    expires_on TIMESTAMP WITHOUT TIME ZONE,
    revoked_on TIMESTAMP WITHOUT TIME ZONE,
    last_used_on TIMESTAMP WITHOUT TIME ZONE,
    CONSTRAINT pk_ab_api_key PRIMARY KEY (id),
    CONSTRAINT uq_ab_api_key_uuid UNIQUE (uuid),
    CONSTRAINT uq_ab_api_key_lookup_hash UNIQUE (lookup_hash),
    CONSTRAINT fk_ab_api_key_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE CASCADE
);
CREATE INDEX idx_api_key_prefix ON security.ab_api_key (key_prefix);
CREATE INDEX idx_api_key_user_id ON security.ab_api_key (user_id);
CREATE UNIQUE INDEX idx_api_key_lookup_hash ON security.ab_api_key (lookup_hash);

CREATE SEQUENCE security.ab_group_role_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_group_role (
    id INTEGER NOT NULL,
    group_id INTEGER,
    role_id INTEGER,
    CONSTRAINT pk_ab_group_role PRIMARY KEY (id),
    CONSTRAINT uq_ab_group_role_group_id_role_id UNIQUE (group_id, role_id),
    CONSTRAINT fk_ab_group_role_group_id FOREIGN KEY(group_id) REFERENCES security.ab_group (id) ON DELETE CASCADE,
    CONSTRAINT fk_ab_group_role_role_id FOREIGN KEY(role_id) REFERENCES security.ab_role (id) ON DELETE CASCADE
);
CREATE INDEX idx_group_id ON security.ab_group_role (group_id);
CREATE INDEX idx_group_role_id ON security.ab_group_role (role_id);

CREATE SEQUENCE security.ab_permission_view_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_permission_view (
    id INTEGER NOT NULL,
    permission_id INTEGER NOT NULL,
    view_menu_id INTEGER NOT NULL,
    CONSTRAINT pk_ab_permission_view PRIMARY KEY (id),
    CONSTRAINT uq_ab_permission_view_permission_id_view_menu_id UNIQUE (permission_id, view_menu_id),
    CONSTRAINT fk_ab_permission_view_permission_id FOREIGN KEY(permission_id) REFERENCES security.ab_permission (id),
    CONSTRAINT fk_ab_permission_view_view_menu_id FOREIGN KEY(view_menu_id) REFERENCES security.ab_view_menu (id)
);
CREATE INDEX idx_permission_id ON security.ab_permission_view (permission_id);
CREATE INDEX idx_view_menu_id ON security.ab_permission_view (view_menu_id);

CREATE SEQUENCE security.ab_user_group_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_user_group (
    id INTEGER NOT NULL,
    user_id INTEGER,
    group_id INTEGER,
    CONSTRAINT pk_ab_user_group PRIMARY KEY (id),
    CONSTRAINT uq_ab_user_group_user_id_group_id UNIQUE (user_id, group_id),
    CONSTRAINT fk_ab_user_group_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE CASCADE,
    CONSTRAINT fk_ab_user_group_group_id FOREIGN KEY(group_id) REFERENCES security.ab_group (id) ON DELETE CASCADE
);
CREATE INDEX idx_user_group_id ON security.ab_user_group (group_id);
CREATE INDEX idx_user_id ON security.ab_user_group (user_id);

CREATE SEQUENCE security.ab_user_role_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_user_role (
    id INTEGER NOT NULL,
    user_id INTEGER,
    role_id INTEGER,
    CONSTRAINT pk_ab_user_role PRIMARY KEY (id),
    CONSTRAINT uq_ab_user_role_user_id_role_id UNIQUE (user_id, role_id),
    CONSTRAINT fk_ab_user_role_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE CASCADE,
    CONSTRAINT fk_ab_user_role_role_id FOREIGN KEY(role_id) REFERENCES security.ab_role (id) ON DELETE CASCADE
);
CREATE INDEX ix_ab_user_role_role_id_user_id ON security.ab_user_role (role_id, user_id);

CREATE TABLE security.ended_session (
    id UUID NOT NULL,
    user_id INTEGER NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ended_session PRIMARY KEY (id),
    CONSTRAINT fk_ended_session_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE CASCADE
);
CREATE INDEX ix_ended_session_ended_at ON security.ended_session (ended_at);
CREATE INDEX ix_ended_session_user_id ON security.ended_session (user_id);

CREATE TABLE security.staff_cluster (
    user_id INTEGER NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    CONSTRAINT pk_staff_cluster PRIMARY KEY (user_id, cluster),
    CONSTRAINT fk_staff_cluster_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE CASCADE,
    CONSTRAINT fk_staff_cluster_cluster FOREIGN KEY(cluster) REFERENCES security.cluster (key)
);

CREATE SEQUENCE security.ab_permission_view_role_id_seq INCREMENT BY 1 START WITH 1 MINVALUE 1 NO CYCLE;
CREATE TABLE security.ab_permission_view_role (
    id INTEGER NOT NULL,
    permission_view_id INTEGER,
    role_id INTEGER,
    CONSTRAINT pk_ab_permission_view_role PRIMARY KEY (id),
    CONSTRAINT uq_ab_permission_view_role_permission_view_id_role_id UNIQUE (permission_view_id, role_id),
    CONSTRAINT fk_ab_permission_view_role_permission_view_id FOREIGN KEY(permission_view_id) REFERENCES security.ab_permission_view (id) ON DELETE CASCADE,
    CONSTRAINT fk_ab_permission_view_role_role_id FOREIGN KEY(role_id) REFERENCES security.ab_role (id) ON DELETE CASCADE
);
CREATE INDEX idx_permission_view_id ON security.ab_permission_view_role (permission_view_id);
CREATE INDEX idx_role_id ON security.ab_permission_view_role (role_id);

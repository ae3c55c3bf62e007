-- Written by hand: the database keeps the books balanced and unchanged.

-- An entry is checked at commit. A statement that adds postings which do not sum to zero by themselves touches their
-- entries, so that those are checked (again) at commit: whoever spreads an entry over statements, or adds to one whose
-- check has already run, cannot get around it. Once per statement and not per row: a year of the demo in seconds.
CREATE FUNCTION finance.check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    legs bigint;
    off text;
BEGIN
    PERFORM FROM finance.posting WHERE posting.entry_id = NEW.id
     HAVING count(*) >= 2 AND sum(posting.amount_minor) = 0 AND min(posting.currency) = max(posting.currency);
    IF FOUND THEN
        RETURN NULL;  -- the usual case, four times as fast as the one that can say what is wrong
    END IF;
    SELECT sum(by_currency.legs),
           string_agg(by_currency.total || ' ' || by_currency.currency, ', ')
               FILTER (WHERE by_currency.total <> 0)
      INTO legs, off
      FROM (SELECT posting.currency, count(*) AS legs, sum(posting.amount_minor) AS total
              FROM finance.posting WHERE posting.entry_id = NEW.id GROUP BY posting.currency) AS by_currency;
    IF off IS NOT NULL THEN
        RAISE EXCEPTION 'journal entry % is not balanced: its postings sum to %', NEW.id, off
            USING ERRCODE = '23514', CONSTRAINT = 'ck_journal_entry_balanced',
                  SCHEMA = 'finance', TABLE = 'journal_entry';
    END IF;
    IF coalesce(legs, 0) < 2 THEN
        RAISE EXCEPTION 'journal entry % has % posting(s), it needs at least two', NEW.id, coalesce(legs, 0)
            USING ERRCODE = '23514', CONSTRAINT = 'ck_journal_entry_postings',
                  SCHEMA = 'finance', TABLE = 'journal_entry';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION finance.check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE finance.journal_entry SET posted_at = posted_at
     WHERE id IN (SELECT entry_id FROM added GROUP BY entry_id, currency HAVING sum(amount_minor) <> 0);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER entry_is_balanced AFTER INSERT OR UPDATE ON finance.journal_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance.check_entry();
CREATE TRIGGER postings_are_checked AFTER INSERT ON finance.posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION finance.check_postings();

CREATE FUNCTION finance.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are never changed: % on finance.% is refused, post a reversal', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '23514', CONSTRAINT = 'ck_' || TG_TABLE_NAME || '_immutable',
              SCHEMA = 'finance', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER entry_is_immutable BEFORE UPDATE ON finance.journal_entry
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION finance.refuse_change();
CREATE TRIGGER entry_is_kept BEFORE DELETE OR TRUNCATE ON finance.journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION finance.refuse_change();
CREATE TRIGGER posting_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON finance.posting
    FOR EACH STATEMENT EXECUTE FUNCTION finance.refuse_change();

-- The partitions that are made later are given the same (kernel/partitions.py): a statement that names one of them does
-- not fire the triggers of the whole table.
CREATE TRIGGER postings_are_checked AFTER INSERT ON finance.posting_default
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION finance.check_postings();
CREATE TRIGGER posting_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON finance.posting_default
    FOR EACH STATEMENT EXECUTE FUNCTION finance.refuse_change();

-- CreateTable
CREATE TABLE "airtime_slot" (
    "id" BIGSERIAL NOT NULL,
    "area_id" UUID NOT NULL,
    "area_path" UUID[],
    "slot_at" TIMESTAMPTZ(3) NOT NULL,
    "topic" TEXT NOT NULL,
    "campaign" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "priority" TEXT NOT NULL,
    "expected_ms" BIGINT NOT NULL,
    "played_ms" BIGINT NOT NULL,
    "missed_ms" BIGINT NOT NULL,
    "unknown_ms" BIGINT NOT NULL,
    "extra_ms" BIGINT NOT NULL,
    "plays" INTEGER NOT NULL,

    CONSTRAINT "airtime_slot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "airtime_pending" (
    "id" BIGSERIAL NOT NULL,
    "area_id" UUID NOT NULL,
    "area_path" UUID[],
    "slot_at" TIMESTAMPTZ(3) NOT NULL,
    "topic" TEXT NOT NULL,
    "campaign" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "priority" TEXT NOT NULL,
    "device_id" UUID NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "planned_end_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3) NOT NULL,
    "unknown_ms" INTEGER NOT NULL,

    CONSTRAINT "airtime_pending_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "airtime_touched" (
    "id" BIGSERIAL NOT NULL,
    "area_id" UUID NOT NULL,
    "slot_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "airtime_touched_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "airtime_slot_area_id_slot_at_idx" ON "airtime_slot"("area_id", "slot_at");

-- CreateIndex
CREATE INDEX "airtime_slot_slot_at_idx" ON "airtime_slot"("slot_at");

-- CreateIndex
CREATE INDEX "airtime_pending_area_id_slot_at_idx" ON "airtime_pending"("area_id", "slot_at");

-- CreateIndex
CREATE INDEX "airtime_pending_slot_at_idx" ON "airtime_pending"("slot_at");

-- CreateIndex
CREATE INDEX "airtime_touched_area_id_slot_at_idx" ON "airtime_touched"("area_id", "slot_at");

-- CreateIndex
CREATE INDEX "expected_play_area_id_start_at_idx" ON "expected_play"("area_id", "start_at");

-- CreateIndex
CREATE INDEX "play_area_id_planned_start_at_idx" ON "play"("area_id", "planned_start_at");

-- Which slot an instant lies in: whole quarters of an hour, since every zone's midnight is the edge of one.
CREATE FUNCTION airtime_slot_of(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT date_bin('15 minutes', at, timestamptz '2000-01-01 00:00:00+00')
$$;

-- Every way in which a sum of airtime may change, but for a ledger that reaches further (airtime_pending).
CREATE FUNCTION airtime_touch_expected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO airtime_touched (area_id, slot_at) SELECT DISTINCT area_id, airtime_slot_of(start_at) FROM fresh;
  -- What a device reported before the plan was frozen counted as extra until now.
  INSERT INTO airtime_touched (area_id, slot_at)
    SELECT DISTINCT p.area_id, airtime_slot_of(p.planned_start_at) FROM play p
     WHERE p.occurrence_id IN (SELECT DISTINCT occurrence_id FROM fresh);
  RETURN NULL;
END $$;
CREATE TRIGGER expected_play_touch AFTER INSERT ON "expected_play" REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION airtime_touch_expected();

CREATE FUNCTION airtime_touch_play() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO airtime_touched (area_id, slot_at)
    SELECT area_id, airtime_slot_of(planned_start_at) FROM fresh
    UNION
    -- Where it was expected, and when, may be elsewhere and at another time than the device says.
    SELECT e.area_id, airtime_slot_of(e.start_at) FROM fresh p
      JOIN expected_play e ON e.occurrence_id = p.occurrence_id AND e.item_id = p.item_id AND e.device_id = p.device_id;
  RETURN NULL;
END $$;
CREATE TRIGGER play_touch_new AFTER INSERT ON "play" REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION airtime_touch_play();
CREATE TRIGGER play_touch_changed AFTER UPDATE ON "play" REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION airtime_touch_play();

CREATE FUNCTION airtime_touch_occurrence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO airtime_touched (area_id, slot_at)
    SELECT DISTINCT area_id, airtime_slot_of(start_at) FROM expected_play WHERE occurrence_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER occurrence_touch AFTER UPDATE OF ended_early_at ON "occurrence"
  FOR EACH ROW WHEN (OLD.ended_early_at IS DISTINCT FROM NEW.ended_early_at)
  EXECUTE FUNCTION airtime_touch_occurrence();

-- A device without hardware is silent for certain; from its first enrolment on its ledger says.
CREATE FUNCTION airtime_touch_installation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO airtime_touched (area_id, slot_at)
    SELECT DISTINCT area_id, airtime_slot_of(start_at) FROM expected_play
     WHERE device_id = NEW.device_id AND start_at + duration_ms * interval '1 millisecond' > NEW.enrolled_at;
  RETURN NULL;
END $$;
CREATE TRIGGER installation_touch AFTER INSERT ON "installation"
  FOR EACH ROW EXECUTE FUNCTION airtime_touch_installation();

-- Nothing is summed yet.
INSERT INTO airtime_touched (area_id, slot_at)
  SELECT area_id, airtime_slot_of(start_at) FROM expected_play
  UNION SELECT area_id, airtime_slot_of(planned_start_at) FROM play;

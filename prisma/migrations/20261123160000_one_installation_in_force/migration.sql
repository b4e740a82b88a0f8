-- A device has at most one installation that is not revoked, whatever the program does.
CREATE UNIQUE INDEX "installation_in_force_key" ON "installation"("device_id") WHERE "revoked_at" IS NULL;

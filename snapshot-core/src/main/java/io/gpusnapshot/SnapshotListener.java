package io.gpusnapshot;

import io.gpusnapshot.model.SnapshotEvent;

/**
 * Is told what happens during jobs, on threads of those jobs, one event of a job at a time. It should return quickly; an
 * exception of it is logged once per job and otherwise ignored.
 */
@FunctionalInterface
public interface SnapshotListener {
    void onEvent(SnapshotEvent event);
}

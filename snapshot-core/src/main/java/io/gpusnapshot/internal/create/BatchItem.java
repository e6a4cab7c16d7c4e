package io.gpusnapshot.internal.create;

/** Something in a batch: an entry still to be looked at, or one that is settled. */
sealed interface BatchItem permits PlannedEntry, Draft {}

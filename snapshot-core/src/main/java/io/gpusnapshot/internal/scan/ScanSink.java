package io.gpusnapshot.internal.scan;

import io.gpusnapshot.model.RawPath;
import java.io.IOException;

/** Takes what a walk finds, on the walking thread. */
public interface ScanSink {
    /** Entries come in walk order, the workspace itself first. */
    void found(ScannedEntry entry) throws IOException, InterruptedException;

    /** Something that stands in the workspace but cannot be part of a snapshot. */
    void skipped(RawPath path, String reason) throws IOException;
}

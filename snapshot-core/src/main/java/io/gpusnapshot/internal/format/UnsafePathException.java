package io.gpusnapshot.internal.format;

import io.gpusnapshot.model.RawPath;

/** A stored path could lead out of the workspace. */
final class UnsafePathException extends IllegalArgumentException {
    private final RawPath path;

    UnsafePathException(RawPath path, String problem) {
        super("the path \"" + path + "\" " + problem);
        this.path = path;
    }

    RawPath path() {
        return path;
    }
}

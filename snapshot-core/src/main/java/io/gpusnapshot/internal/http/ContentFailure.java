package io.gpusnapshot.internal.http;

import java.io.IOException;

/** The content that was to be sent could not be read; sending it again would not help. */
public final class ContentFailure extends IOException {
    private static final long serialVersionUID = 1;

    private final IOException failure;

    ContentFailure(IOException failure) {
        super(failure);
        this.failure = failure;
    }

    /** What the content threw. */
    public IOException failure() {
        return failure;
    }
}

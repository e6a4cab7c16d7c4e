package io.gpusnapshot.internal.transfer;

import java.io.IOException;

/** Whoever takes what is read cannot go on; reading it again, or from elsewhere, would not help. */
public final class TakerFailure extends IOException {
    private static final long serialVersionUID = 1;

    TakerFailure(IOException failure) {
        super(failure);
    }

    TakerFailure(InterruptedException interrupt) {
        super(interrupt);
    }

    /** Throws what the taker threw. */
    void rethrow() throws IOException, InterruptedException {
        if (getCause() instanceof IOException failure) {
            throw failure;
        }
        throw (InterruptedException) getCause();
    }
}

package io.gpusnapshot.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGINT and SIGTERM into an interrupt of the thread that runs the command, and lets the process live until that
 * thread has cleaned up.
 */
final class Cancellation {
    private static final long PATIENCE_SECONDS = 60;

    private final Thread worker;
    private final CountDownLatch ended = new CountDownLatch(1);

    private Cancellation(Thread worker) {
        this.worker = worker;
    }

    static Cancellation install(Thread worker) {
        Cancellation cancellation = new Cancellation(worker);
        Runtime.getRuntime().addShutdownHook(new Thread(cancellation::cancel, "cancel"));
        return cancellation;
    }

    /** The command is over; from now on the process may end as it likes. */
    void commandEnded() {
        ended.countDown();
    }

    private void cancel() {
        if (ended.getCount() == 0) {
            return;
        }
        worker.interrupt();
        try {
            boolean cleanedUp = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(cleanedUp ? ExitCodes.CANCELLED : ExitCodes.FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

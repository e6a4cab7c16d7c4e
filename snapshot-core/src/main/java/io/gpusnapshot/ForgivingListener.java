package io.gpusnapshot;

import io.gpusnapshot.model.SnapshotEvent;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a listener's exceptions away from the job. */
final class ForgivingListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(ForgivingListener.class);

    private final SnapshotListener listener;
    private final AtomicBoolean logged = new AtomicBoolean();

    ForgivingListener(SnapshotListener listener) {
        this.listener = listener;
    }

    void accept(SnapshotEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException failed) {
            if (logged.compareAndSet(false, true)) {
                LOGGER.warn("The listener failed; the job goes on", failed);
            }
        }
    }
}

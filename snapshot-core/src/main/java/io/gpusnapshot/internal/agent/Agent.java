package io.gpusnapshot.internal.agent;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.concurrent.DaemonThreads;
import io.gpusnapshot.internal.protocol.Failure;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.MessageChannel;
import io.gpusnapshot.internal.protocol.Order;
import io.gpusnapshot.internal.protocol.Protocol;
import io.gpusnapshot.internal.protocol.Report;
import io.gpusnapshot.internal.protocol.Timing;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one order of an orchestrator. One thread works, one listens, one tells that it is there, and one watches without
 * ever touching the link, which may hang: when the orchestrator cancels, or has not been heard of for too long, the work
 * is interrupted.
 */
final class Agent {
    private static final Logger LOGGER = LoggerFactory.getLogger(Agent.class);

    private static final long FAREWELL_MILLIS = 1_000;

    private final MessageChannel channel;
    private final CodecRegistry codecs;
    private final Clock clock;
    private final Timing timing;
    private final Orchestrator orchestrator;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Thread job;
    private volatile boolean lost;
    private volatile boolean reported;

    Agent(MessageChannel channel, CodecRegistry codecs, Clock clock, Timing timing) {
        this.channel = channel;
        this.codecs = codecs;
        this.clock = clock;
        this.timing = timing;
        this.orchestrator = new Orchestrator(channel);
    }

    /** Returns when the order has been carried out, has failed, or has no orchestrator any more; true for the first. */
    boolean serve() throws InterruptedException {
        Thread listener = start("listener", this::listen);
        start("pulse", this::pulse);
        while (!over.await(timing.pulse().toNanos(), TimeUnit.NANOSECONDS)) {
            if (channel.silentNanos() > timing.silence().toNanos()) {
                lose("nothing was heard of it for " + timing.silence());
            }
        }
        Thread working = job;
        if (lost && working != null) {
            working.interrupt();
            working.join(timing.stop().toMillis());
        }
        if (reported) {
            // The orchestrator ends the input now. A JVM that ends while a thread reads waits for it, for 300 ms.
            listener.join(FAREWELL_MILLIS);
        }
        return reported;
    }

    static Thread start(String name, Runnable task) {
        return DaemonThreads.start("agent-" + name, task);
    }

    /** Nobody waits for the job any more. */
    private void lose(String why) {
        if (!lost && over.getCount() > 0) {
            LOGGER.warn("The orchestrator is gone: {}", why);
        }
        lost = true;
        orchestrator.lose();
        over.countDown();
    }

    private void pulse() {
        tell(Message.of("hello").with("protocol", Protocol.VERSION));
        try {
            while (!over.await(timing.pulse().toNanos(), TimeUnit.NANOSECONDS)) {
                tell(Message.of("pulse"));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try {
            Message message = channel.receive();
            if (message != null) {
                requireSameVersion(message);
                message = channel.receive();
            }
            while (message != null) {
                hear(message);
                message = channel.receive();
            }
            lose("the link was closed");
        } catch (IOException | RuntimeException | Error broken) {
            lose(broken.toString());
        }
    }

    private void requireSameVersion(Message hello) throws UnsupportedFormatException {
        if (hello.number("protocol") != Protocol.VERSION) {
            UnsupportedFormatException other = new UnsupportedFormatException(
                    "protocol",
                    "The orchestrator speaks protocol " + hello.number("protocol") + ", but this agent speaks "
                            + Protocol.VERSION + "; use the same version on both ends");
            fail(other);
            throw other;
        }
    }

    private void hear(Message message) throws UnsupportedFormatException {
        switch (message.type()) {
            case "answer" -> orchestrator.answered(message.number("call"), message.message("result"));
            case "refusal" -> orchestrator.refused(message.number("call"), message.message("error"));
            case "cancel" -> cancel();
            case "pulse" -> LOGGER.trace("pulse");
            default -> begin(message);
        }
    }

    private void begin(Message order) throws UnsupportedFormatException {
        if (job != null) {
            throw order.unknown("The orchestrator");
        }
        job = start("job", () -> work(order));
    }

    private void cancel() {
        Thread working = job;
        if (working != null) {
            working.interrupt();
        }
    }

    private void work(Message message) {
        try {
            orchestrator.noteForeseen(message);
            Job ordered = new Job(orchestrator, codecs, clock, this::tell);
            tell(ordered.run(Order.of(message, codecs)));
            reported = !lost;
        } catch (IOException | RuntimeException | Error failed) {
            LOGGER.info("The job failed", failed);
            fail(failed);
        } finally {
            over.countDown();
        }
    }

    private void fail(Throwable failure) {
        tell(Message.of(Report.FAILED).with("error", Failure.of(failure)));
    }

    /** Tells the orchestrator, or finds out that it is gone. */
    private void tell(Message message) {
        try {
            channel.send(message);
        } catch (IOException broken) {
            lose(broken.toString());
        }
    }
}

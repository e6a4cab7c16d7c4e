package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.concurrent.DaemonThreads;
import io.gpusnapshot.internal.protocol.Failure;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.MessageChannel;
import io.gpusnapshot.internal.protocol.Order;
import io.gpusnapshot.internal.protocol.Protocol;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.internal.protocol.Report;
import io.gpusnapshot.internal.protocol.Timing;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.remote.RemoteProcess;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent that runs on a host, and the conversation with it. One thread listens, some answer questions, one tells that
 * we are there, and one watches without ever touching the link, which may hang; the caller waits. It carries out one
 * order.
 */
public final class AgentSession implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(AgentSession.class);

    /** Questions that are answered at once; each may be a call to the store. */
    private static final int ANSWERERS = 16;

    /** Questions that wait for those. When there are more, whoever listens answers too, and so the host has to wait. */
    private static final int MAX_WAITING = 16;

    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final String host;
    private final RemoteProcess process;
    private final MessageChannel channel;
    private final ErrorTail errors;
    private final Timing timing;
    private final CompletableFuture<Message> hello = new CompletableFuture<>();
    private final CompletableFuture<Message> outcome = new CompletableFuture<>();
    private final ExecutorService answerers;
    /** Says hello, order, cancellation and signs of life, one after the other. */
    private final ScheduledExecutorService voice;

    private final ScheduledExecutorService watcher;
    private volatile Desk desk = new NoDesk();
    private volatile Consumer<SnapshotEvent> listener = event -> {};

    private AgentSession(String host, RemoteProcess process, Timing timing) {
        this.host = host;
        this.process = process;
        this.timing = timing;
        this.answerers = new ThreadPoolExecutor(
                ANSWERERS,
                ANSWERERS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                daemons("answer"),
                new ThreadPoolExecutor.CallerRunsPolicy());
        this.voice = Executors.newSingleThreadScheduledExecutor(daemons("voice"));
        this.watcher = Executors.newSingleThreadScheduledExecutor(daemons("watcher"));
        this.channel = new MessageChannel(process.stdout(), process.stdin(), host);
        this.errors = new ErrorTail(process.stderr());
    }

    /**
     * Begins to talk to an agent that has just been started. Does not wait for it: {@link #run} does, so that there is
     * time for something else while it starts.
     *
     * @param process closed with the session
     */
    public static AgentSession open(String host, RemoteProcess process) {
        return open(host, process, Timing.STANDARD);
    }

    static AgentSession open(String host, RemoteProcess process, Timing timing) {
        AgentSession session = new AgentSession(host, process, timing);
        session.introduce();
        return session;
    }

    private ThreadFactory daemons(String name) {
        return new DaemonThreads("agent-" + name + "-" + host);
    }

    private void introduce() {
        daemons("errors").newThread(errors).start();
        daemons("listener").newThread(this::listen).start();
        voice.execute(() -> reply(Message.of("hello").with("protocol", Protocol.VERSION)));
        repeat(voice, () -> reply(Message.of("pulse")));
        repeat(watcher, this::watch);
    }

    private void repeat(ScheduledExecutorService timer, Runnable task) {
        long pulse = timing.pulse().toNanos();
        ScheduledFuture<?> ignored = timer.scheduleWithFixedDelay(task, pulse, pulse, TimeUnit.NANOSECONDS);
    }

    public String host() {
        return host;
    }

    /**
     * Has an order carried out, once both ends know that they understand each other. An interrupt of the calling thread
     * cancels it on the host as well.
     *
     * @param answers answers what the agent asks, and nothing any more when this returns; stays the caller's
     * @param events is told of progress and warnings, by one thread at a time; must not throw
     * @return the agent's report of its success
     * @throws io.gpusnapshot.error.RemoteHostException if no agent answers
     * @throws UnsupportedFormatException if it speaks another version of the protocol
     */
    Message run(Order order, Desk answers, Consumer<SnapshotEvent> events) throws IOException {
        Message message = order.toMessage().withAll("foreseen", foreseen(answers));
        requireSameVersion(awaitHello());
        desk = answers;
        listener = events;
        voice.execute(() -> reply(message));
        try {
            return outcome.get();
        } catch (InterruptedException cancelled) {
            cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The job on " + host + " was cancelled");
        } catch (ExecutionException failed) {
            throw failure(failed);
        } finally {
            listener = event -> {};
            endAnswers();
        }
    }

    /** Answers that save a round trip each. Those that there are none of yet will be asked for. */
    private List<Message> foreseen(Desk answers) throws InterruptedIOException {
        List<Message> foreseen = new ArrayList<>();
        for (Question question : answers.foreseen()) {
            try {
                Message result = answers.answer(question);
                foreseen.add(Message.of("foreseen")
                        .with("question", question.toMessage())
                        .with("result", result));
            } catch (InterruptedIOException cancelled) {
                throw cancelled;
            } catch (IOException | RuntimeException failed) {
                LOGGER.debug("{} will have to ask", host, failed);
            }
        }
        return foreseen;
    }

    /** Gives the agent time to leave the host in order. */
    private void cancel() {
        try {
            voice.execute(() -> reply(Message.of("cancel")));
            outcome.get(timing.stop().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException ended) {
            LOGGER.debug("{} stopped", host, ended);
        }
    }

    /** Whoever asks on when the job is over must find nothing half done. */
    private void endAnswers() {
        answerers.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            answerers.awaitTermination(timing.stop().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException again) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void requireSameVersion(Message answer) throws UnsupportedFormatException {
        if (answer.number("protocol") != Protocol.VERSION) {
            throw new UnsupportedFormatException(
                    host,
                    "The agent on " + host + " speaks protocol " + answer.number("protocol") + ", but "
                            + Protocol.VERSION + " is needed; use the same version on both ends");
        }
    }

    private Message awaitHello() throws IOException {
        try {
            return hello.get(timing.start().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for the agent on " + host);
        } catch (TimeoutException late) {
            throw new RemoteUnavailableException(
                    host,
                    "The agent on " + host + " did not start within "
                            + timing.start().toSeconds() + " s; it said: " + errors.text(),
                    late);
        } catch (ExecutionException failed) {
            throw failure(failed);
        }
    }

    private static IOException failure(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }

    private void listen() {
        try {
            for (Message message = channel.receive(); message != null; message = channel.receive()) {
                hear(message);
            }
            end(ended());
        } catch (RemoteUnavailableException broken) {
            end(lost(": " + broken.getMessage(), broken));
        } catch (IOException | RuntimeException | Error broken) {
            end(broken);
        }
    }

    private void hear(Message message) throws IOException {
        switch (message.type()) {
            case "hello" -> hello.complete(message);
            case "pulse" -> LOGGER.trace("{} is there", host);
            case Report.PROGRESS -> listener.accept(Report.toProgress(message));
            case Report.WARNING -> listener.accept(new SnapshotEvent.Warned(Report.toWarning(message)));
            case Report.MANIFEST -> desk.takeManifest(message.bytes("content"));
            case Report.CREATED, Report.RESTORED -> outcome.complete(message);
            case Report.FAILED -> end(Failure.onHost(message.message("error"), host));
            default -> ask(message.number("call"), Question.of(message));
        }
    }

    private void ask(long call, Question question) {
        Desk asked = desk;
        answerers.execute(() -> reply(answer(asked, call, question)));
    }

    private Message answer(Desk asked, long call, Question question) {
        try {
            return Message.of("answer").with("call", call).with("result", asked.answer(question));
        } catch (IOException | RuntimeException refused) {
            LOGGER.debug("{} was refused something", host, refused);
            return refusal(call, refused);
        } catch (Error broken) {
            end(broken);
            return refusal(call, broken);
        }
    }

    private static Message refusal(long call, Throwable why) {
        return Message.of("refusal").with("call", call).with("error", Failure.of(why));
    }

    private void reply(Message message) {
        try {
            channel.send(message);
        } catch (UnsupportedFormatException tooLong) {
            end(tooLong);
        } catch (IOException broken) {
            LOGGER.debug("{} does not listen; its end tells why", host, broken);
        }
    }

    private void watch() {
        // Before it says hello it may start for longer than it may be silent.
        if (hello.isDone() && channel.silentNanos() > timing.silence().toNanos()) {
            end(new RemoteUnavailableException(
                    host,
                    "Nothing was heard of the agent on " + host + " for "
                            + timing.silence().toSeconds() + " s; the same job can be run again",
                    null));
        }
    }

    /** Why the agent's output ended before its job did. */
    private IOException ended() throws IOException {
        OptionalInt exitCode = process.waitFor(timing.stop());
        if (exitCode.isEmpty()) {
            return lost("", null);
        }
        errors.awaitEnd(timing.stop());
        return new RemoteCommandException(
                host,
                exitCode.getAsInt(),
                errors.text(),
                "The agent on " + host + " ended with " + exitCode.getAsInt() + " before its job did, saying: "
                        + errors.text(),
                null);
    }

    private RemoteUnavailableException lost(String detail, @Nullable Throwable cause) {
        String message = "The link to the agent on " + host + " was lost; the same job can be run again" + detail;
        return new RemoteUnavailableException(host, message, cause);
    }

    private void end(Throwable failure) {
        hello.completeExceptionally(failure);
        outcome.completeExceptionally(failure);
    }

    /** Bytes of control messages so far, both ways. */
    public long trafficBytes() {
        return channel.trafficBytes();
    }

    /** An agent that has reported ends with its input, and need not be killed. */
    private void awaitEnd() {
        try {
            process.stdin().close();
            OptionalInt exitCode = process.waitFor(FAREWELL);
            LOGGER.debug("The agent on {} has ended: {}", host, exitCode);
        } catch (IOException lost) {
            LOGGER.debug("The end of the agent on {} was not seen", host, lost);
        }
    }

    /** Ends the agent if it has not ended, and all threads. */
    @Override
    public void close() {
        voice.shutdownNow();
        if (outcome.isDone() && !outcome.isCompletedExceptionally()) {
            awaitEnd();
        }
        process.close();
        watcher.shutdownNow();
        answerers.shutdownNow();
        end(new RemoteUnavailableException(host, "The session with " + host + " is closed", null));
    }

    /** Before there is an order nothing is to be asked. */
    private final class NoDesk implements Desk {
        @Override
        public Message answer(Question question) throws IOException {
            throw Refusals.of(host, question, "it has no job yet");
        }

        @Override
        public List<Question> foreseen() {
            return List.of();
        }

        @Override
        public void takeManifest(byte[] piece) throws UnsupportedFormatException {
            throw new UnsupportedFormatException(host, host + " sent a manifest, but has no job yet");
        }

        @Override
        public void close() {
            // There is nothing to free.
        }
    }
}

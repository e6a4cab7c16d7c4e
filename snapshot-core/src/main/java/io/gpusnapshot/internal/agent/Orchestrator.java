package io.gpusnapshot.internal.agent;

import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.protocol.Failure;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.MessageChannel;
import io.gpusnapshot.internal.protocol.Question;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Whoever holds the keys, as seen from the host. Any thread may ask; answers come in any order. */
final class Orchestrator {
    private static final String NAME = "the orchestrator";

    private final MessageChannel channel;
    private final AtomicLong calls = new AtomicLong();
    private final Map<Long, CompletableFuture<Message>> pending = new ConcurrentHashMap<>();
    private final Map<Question, Message> foreseen = new ConcurrentHashMap<>();
    private volatile boolean lost;

    Orchestrator(MessageChannel channel) {
        this.channel = channel;
    }

    /** Keeps the answers that came with the order. Each serves once, since what is asked again is asked for a reason. */
    void noteForeseen(Message order) throws UnsupportedFormatException {
        for (Message pair : order.messages("foreseen")) {
            foreseen.put(Question.of(pair.message("question")), pair.message("result"));
        }
    }

    /** The answers that came with the order to questions of a kind. They are given out once. */
    List<Message> takeForeseen(Predicate<Question> kind) {
        List<Message> results = new ArrayList<>();
        for (Question question : List.copyOf(foreseen.keySet())) {
            Message result = kind.test(question) ? foreseen.remove(question) : null;
            if (result != null) {
                results.add(result);
            }
        }
        return results;
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws IOException what the orchestrator refused with
     */
    Message ask(Question question) throws IOException {
        Message known = foreseen.remove(question);
        if (known != null) {
            return known;
        }
        long number = calls.incrementAndGet();
        CompletableFuture<Message> answer = new CompletableFuture<>();
        pending.put(number, answer);
        try {
            if (lost) {
                throw gone();
            }
            channel.send(question.toMessage(number));
            return answer.get();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while asking the orchestrator");
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw refused.getCause() instanceof IOException io ? io : new IOException(refused.getCause());
        } finally {
            pending.remove(number);
        }
    }

    /** Sends a piece of the manifest that a commit will ask for. */
    void send(Message message) throws IOException {
        channel.send(message);
    }

    void answered(long call, Message result) {
        CompletableFuture<Message> answer = pending.get(call);
        if (answer != null) {
            answer.complete(result);
        }
    }

    void refused(long call, Message error) throws UnsupportedFormatException {
        CompletableFuture<Message> answer = pending.get(call);
        if (answer != null) {
            answer.completeExceptionally(Failure.toException(error, NAME));
        }
    }

    /** Nobody will answer any more. */
    void lose() {
        lost = true;
        pending.values().forEach(answer -> answer.completeExceptionally(gone()));
    }

    private static RemoteUnavailableException gone() {
        return new RemoteUnavailableException(NAME, "The orchestrator is gone", null);
    }
}

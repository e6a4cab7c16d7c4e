package io.gpusnapshot.internal.remote;

import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Question;
import java.io.IOException;
import java.util.List;

/** Answers the questions of one job, and refuses what the job does not need. Thread-safe. */
interface Desk extends AutoCloseable {
    /**
     * The answer to a question.
     *
     * @throws IOException if there is none, or the host asks for what is not its business; it is told so
     */
    Message answer(Question question) throws IOException;

    /** What the job is sure to ask first, so that it can be answered along with the order. */
    List<Question> foreseen();

    /** Takes a piece of the manifest that a commit will ask for. Pieces come one after the other, before that question. */
    void takeManifest(byte[] piece) throws IOException;

    /** Frees what the job leaves open in the store. Nobody asks any more. */
    @Override
    void close() throws IOException;
}

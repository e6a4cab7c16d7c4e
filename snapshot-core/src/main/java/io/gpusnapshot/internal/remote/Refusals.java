package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.internal.protocol.ForeignText;
import io.gpusnapshot.internal.protocol.Question;

/** What a host is told that asks for more than its job needs. */
final class Refusals {
    private static final int MAX_SHOWN_QUESTION = 200;

    private Refusals() {}

    static RemoteAccessException of(String host, Question question, String why) {
        return new RemoteAccessException(
                host,
                host + " asked for what its job does not need, "
                        + ForeignText.line(question.toString(), MAX_SHOWN_QUESTION) + ": " + ForeignText.line(why),
                null);
    }
}

package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Question;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Answers a host that restores: it may read one snapshot, and nothing else. */
final class RestoreDesk implements Desk {
    private final String host;
    private final Downloads downloads;

    RestoreDesk(String host, Downloads downloads) {
        this.host = host;
        this.downloads = downloads;
    }

    @Override
    public Message answer(Question question) throws IOException {
        if (question instanceof Question.GrantDownloads wanted) {
            return downloads.grant(wanted);
        }
        if (question instanceof Question.StatManifest wanted) {
            return downloads.stat(wanted);
        }
        throw Refusals.of(host, question, "a restore only reads");
    }

    @Override
    public List<Question> foreseen() {
        List<Question> questions = new ArrayList<>(downloads.manifestQuestions());
        questions.addAll(downloads.packQuestions());
        return questions;
    }

    @Override
    public void takeManifest(byte[] piece) throws UnsupportedFormatException {
        throw new UnsupportedFormatException(host, host + " sent a manifest, but was to restore one");
    }

    @Override
    public void close() {
        // Reading leaves nothing behind.
    }
}

package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.SpillBuffer;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.internal.repository.ManifestSink;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Answers a host that creates: it may read of the parent what it needs, write new packs, and hand in one manifest. */
final class CreateDesk implements Desk {
    private static final int MEMORY_BYTES = 8 << 20;

    /** Some ten million entries. Bounds what a hostile host makes us keep in a temporary file. */
    private static final long MAX_MANIFEST_BYTES = 512L << 20;

    private final String host;
    private final Optional<Downloads> parent;
    private final Uploads uploads;
    private final ManifestAudit audit;
    private final ManifestSink sink;
    private final SpillBuffer manifest = new SpillBuffer(MEMORY_BYTES);
    /** Whether the manifest has been handed in, or nobody waits for it any more. */
    private boolean ended;

    private Optional<ManifestHeader> committed = Optional.empty();

    /**
     * @param parent what may be read of the parent, if there is one
     * @param sink where the manifest is committed once the audit has passed it
     */
    CreateDesk(String host, Optional<Downloads> parent, Uploads uploads, ManifestAudit audit, ManifestSink sink) {
        this.host = host;
        this.parent = parent;
        this.uploads = uploads;
        this.audit = audit;
        this.sink = sink;
    }

    @Override
    public Message answer(Question question) throws IOException {
        if (question instanceof Question.OpenUpload wanted) {
            return uploads.open(wanted);
        } else if (question instanceof Question.GrantPart wanted) {
            return uploads.grant(wanted);
        } else if (question instanceof Question.CompleteUpload wanted) {
            return uploads.complete(wanted);
        } else if (question instanceof Question.AbandonUpload wanted) {
            return uploads.abandon(wanted);
        } else if (question instanceof Question.StorePack wanted) {
            return uploads.put(wanted);
        } else if (question instanceof Question.Commit wanted) {
            return commit(wanted);
        } else if (parent.isPresent() && question instanceof Question.StatManifest wanted) {
            return parent.get().stat(wanted);
        } else if (parent.isPresent() && question instanceof Question.GrantDownloads wanted) {
            return parent.get().grant(wanted);
        }
        throw Refusals.of(host, question, "it has no parent snapshot");
    }

    @Override
    public List<Question> foreseen() {
        return parent.map(Downloads::manifestQuestions).orElse(List.of());
    }

    @Override
    public synchronized void takeManifest(byte[] piece) throws IOException {
        if (ended || manifest.length() + piece.length > MAX_MANIFEST_BYTES) {
            throw new DataIntegrityException(
                    host,
                    manifest.length(),
                    host + " sent " + (ended ? "a second manifest" : "more than " + MAX_MANIFEST_BYTES + " bytes")
                            + "; it is not to be trusted",
                    null);
        }
        manifest.write(piece, 0, piece.length);
    }

    private synchronized Message commit(Question.Commit question) throws IOException {
        if (ended || manifest.length() == 0 || manifest.length() != question.lengthBytes()) {
            throw Refusals.of(host, question, manifest.length() + " bytes of one manifest have arrived");
        }
        ended = true;
        List<StoredPack> stored = uploads.seal();
        manifest.close();
        ManifestAudit.Audited audited = audit.check(manifest, stored);
        sink.commit(audited.header(), audited.reliesOnParent(), manifest);
        committed = Optional.of(audited.header());
        return Message.of("committed");
    }

    /** The header of the manifest that was committed, if one was. */
    synchronized Optional<ManifestHeader> committed() {
        return committed;
    }

    @Override
    public synchronized void close() throws IOException {
        ended = true;
        try {
            uploads.abandonAll();
        } finally {
            manifest.discard();
        }
    }
}

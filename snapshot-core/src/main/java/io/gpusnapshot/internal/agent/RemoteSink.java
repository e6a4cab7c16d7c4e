package io.gpusnapshot.internal.agent;

import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Protocol;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.internal.protocol.Report;
import io.gpusnapshot.internal.repository.ManifestSink;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;

/** Hands the manifest to the orchestrator, who alone can commit it. */
final class RemoteSink implements ManifestSink {
    private final Orchestrator orchestrator;

    RemoteSink(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    @Override
    public void commit(ManifestHeader header, boolean reliesOnParent, ContentSource manifest) throws IOException {
        try (InputStream content = Channels.newInputStream(manifest.open(0))) {
            byte[] piece = content.readNBytes(Protocol.PIECE_BYTES);
            while (piece.length > 0) {
                orchestrator.send(Message.of(Report.MANIFEST).withBytes("content", piece));
                piece = content.readNBytes(Protocol.PIECE_BYTES);
            }
        }
        orchestrator.ask(new Question.Commit(manifest.length()));
    }
}

package io.gpusnapshot.internal.agent;

import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.protocol.Grants;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.internal.transfer.PackTarget;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Has the orchestrator store packs that are too short for a grant. */
final class ShortPacks implements PackTarget {
    private final Orchestrator orchestrator;

    ShortPacks(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    @Override
    public StoredPack put(String key, ContentSource content, Runnable whenRead) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(content.length()));
        try (ReadableByteChannel channel = content.open(0)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until all is there.
            }
        }
        whenRead.run();
        StorageReceipt receipt = Grants.toReceipt(orchestrator.ask(new Question.StorePack(key, bytes.flip())));
        return new StoredPack(key, content.length(), receipt.version());
    }
}

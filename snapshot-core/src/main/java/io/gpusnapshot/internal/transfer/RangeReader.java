package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one range by grants, in as many attempts as it takes; a body that breaks off is taken up where it broke. */
final class RangeReader {
    private final String provider;
    private final DownloadGrants grants;
    private final Hedging http;
    private final ConcurrencyLimit limit;
    private final Persistence persistence;
    private final String key;
    private final ByteRange range;
    private final BufferPool buffers;
    private @Nullable ByteBuffer target;

    /** A reader of a range of a pack; it belongs to one thread and is used once. */
    RangeReader(GrantedTransfer transfer, String key, ByteRange range, BufferPool buffers) {
        this.provider = transfer.provider();
        this.grants = transfer.grants();
        this.http = transfer.hedging();
        this.limit = transfer.downloads();
        this.persistence = new Persistence(limit, transfer.retries());
        this.key = key;
        this.range = range;
        this.buffers = buffers;
    }

    PackRange read() throws IOException, InterruptedException {
        try {
            while (true) {
                int before = received();
                Attempt attempt = attempt();
                if (attempt.verdict() == Verdict.DONE) {
                    return handOver(Optional.empty());
                }
                if (received() > before) {
                    persistence.encourage();
                }
                persistence.recover(attempt);
            }
        } catch (ObjectNotFoundException | DataIntegrityException lost) {
            return handOver(Optional.of(lost));
        } finally {
            if (target != null) {
                buffers.release(target);
            }
        }
    }

    private PackRange handOver(Optional<IOException> failure) throws InterruptedException {
        ByteBuffer bytes = (target == null ? newRoom() : target).flip();
        target = null;
        return new PackRange(bytes, failure);
    }

    private int received() {
        return target == null ? 0 : target.position();
    }

    private ByteBuffer room() throws InterruptedException {
        ByteBuffer room = target;
        if (room == null) {
            room = newRoom();
            target = room;
        }
        return room;
    }

    private ByteBuffer newRoom() throws InterruptedException {
        return buffers.acquire().limit((int) range.length());
    }

    private Attempt attempt() throws IOException, InterruptedException {
        try (ConcurrencyLimit.Permit permit = limit.acquire()) {
            return attempt(room(), grants.request(key), permit);
        }
    }

    private Attempt attempt(ByteBuffer room, GrantedRequest request, ConcurrencyLimit.Permit permit)
            throws IOException {
        ByteRange rest = new ByteRange(range.offset() + room.position(), room.remaining());
        try {
            HttpAnswer answer = http.download(request, rest, room, buffers, permit::moved);
            Attempt attempt = Attempt.answered(answer, provider, Direction.DOWN, key);
            if (attempt.verdict() == Verdict.RENEW) {
                grants.refused(key, request);
            }
            return attempt;
        } catch (IOException broken) {
            if (!room.hasRemaining()) {
                // All that was asked for had come before it broke.
                return new Attempt(Verdict.DONE, Optional.empty(), Optional.empty());
            }
            return Attempt.broken(broken, provider, Direction.DOWN, key);
        }
    }
}

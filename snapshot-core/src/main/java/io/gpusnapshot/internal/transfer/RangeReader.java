package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.util.Optional;

/** Reads one range by grants, in as many attempts as it takes; a body that breaks off is taken up where it broke. */
final class RangeReader {
    private final String provider;
    private final DownloadGrants grants;
    private final Hedging http;
    private final ConcurrencyLimit limit;
    private final Persistence persistence;
    private final String key;
    private final RangeTarget target;

    /** A reader of a range of a pack; it belongs to one thread and is used once. */
    RangeReader(GrantedTransfer transfer, String key, RangeTarget target) {
        this.provider = transfer.provider();
        this.grants = transfer.grants();
        this.http = transfer.hedging();
        this.limit = transfer.downloads();
        this.persistence = new Persistence(limit, transfer.retries());
        this.key = key;
        this.target = target;
    }

    void read() throws IOException, InterruptedException {
        try {
            while (!target.isDone()) {
                long before = target.position();
                Attempt attempt = attempt();
                // The last piece needs no connection while it is used, nor does one that a second request has brought.
                if (target.isPieceComplete()) {
                    target.handOver();
                }
                if (target.position() > before) {
                    persistence.encourage();
                }
                if (attempt.verdict() != Verdict.DONE) {
                    persistence.recover(attempt);
                }
            }
        } catch (ObjectNotFoundException | DataIntegrityException lost) {
            target.handOverIncomplete(lost);
        } finally {
            target.close();
        }
    }

    private Attempt attempt() throws IOException, InterruptedException {
        try (ConcurrencyLimit.Permit permit = limit.acquire()) {
            target.prepare();
            return attempt(grants.request(key), permit);
        }
    }

    private Attempt attempt(GrantedRequest request, ConcurrencyLimit.Permit permit) throws IOException {
        try {
            HttpAnswer answer = http.download(request, target, permit::moved);
            Attempt attempt = Attempt.answered(answer, provider, Direction.DOWN, key);
            if (attempt.verdict() == Verdict.RENEW) {
                grants.refused(key, request);
            }
            return attempt;
        } catch (TakerFailure unwanted) {
            throw unwanted;
        } catch (IOException broken) {
            if (target.hasAll()) {
                // All that was asked for had come before it broke.
                return new Attempt(Verdict.DONE, Optional.empty(), Optional.empty());
            }
            return Attempt.broken(broken, provider, Direction.DOWN, key);
        }
    }
}

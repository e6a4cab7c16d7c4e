package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.internal.protocol.Protocol;
import io.gpusnapshot.internal.protocol.Terms;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.StorageProvider;
import java.util.Optional;

/** A repository in a store that can let hosts read and write single objects. */
public record GrantingStore(Repository repository, GrantIssuer issuer) {
    /**
     * Takes a repository as one.
     *
     * @throws StorageRequestException if its store cannot issue grants
     */
    public static GrantingStore of(Repository repository) throws StorageRequestException {
        StorageProvider store = repository.store();
        Optional<GrantIssuer> issuer = store.grants();
        if (issuer.isEmpty() || issuer.get().minUploadBytes() > Protocol.MAX_CONTENT_BYTES) {
            throw new StorageRequestException(
                    issuer.map(GrantIssuer::providerId).orElse(store.toString()),
                    store.toString(),
                    store + " cannot be used by a remote host: it issues no grants for its objects; use b2, s3, r2 or"
                            + " wasabi",
                    null);
        }
        return new GrantingStore(repository, issuer.get());
    }

    StorageProvider provider() {
        return repository.store();
    }

    Terms.Store terms() {
        return new Terms.Store(provider().toString(), issuer.providerId());
    }
}

package io.gpusnapshot.storage.b2.emulator;

import java.time.Instant;

/** What every call works with. */
record Services(Account account, Access access, BodyReceiver receiver, EmulatorOptions options) {
    Instant now() {
        return options.clock().instant();
    }

    /** A bucket that this key may use. */
    Bucket bucket(ApplicationKey key, String bucketId) throws ApiException {
        Access.requireBucket(key, bucketId);
        return account.bucket(bucketId);
    }

    /** A version, marker or large file that this key may touch. */
    Account.Location file(ApplicationKey key, String fileId) throws ApiException {
        Account.Location location =
                account.findFile(fileId).orElseThrow(() -> ApiException.notFound("File not in B2: " + fileId));
        Access.requireBucket(key, location.bucket().id());
        Access.requireName(key, location.version().name());
        return location;
    }

    /** A large file that is not finished and that this key may touch. */
    Account.Location largeFile(ApplicationKey key, String fileId) throws ApiException {
        Account.Location location = account.findFile(fileId).orElseThrow(() -> ApiException.noActiveUpload(fileId));
        Access.requireBucket(key, location.bucket().id());
        Access.requireName(key, location.version().name());
        if (location.version().action() != FileVersion.Action.START) {
            throw ApiException.noActiveUpload(fileId);
        }
        return location;
    }
}

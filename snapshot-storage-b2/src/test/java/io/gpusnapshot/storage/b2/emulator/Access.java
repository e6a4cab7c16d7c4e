package io.gpusnapshot.storage.b2.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Who may do what: account tokens, upload tokens and download tokens. Thread-safe. */
final class Access {
    private static final Duration VALIDITY = Duration.ofHours(24);

    private final Account account;
    private final Clock clock;
    private final TokenRegister<String> accountTokens;
    private final TokenRegister<UploadGrant> uploadTokens;
    private final TokenRegister<DownloadGrant> downloadTokens;

    Access(Account account, Clock clock) {
        this.account = account;
        this.clock = clock;
        accountTokens = new TokenRegister<>(clock);
        uploadTokens = new TokenRegister<>(clock);
        downloadTokens = new TokenRegister<>(clock);
    }

    /**
     * Lets somebody fetch files by name.
     *
     * @param overrides parameters that each download has to repeat, such as {@code b2ContentDisposition}
     */
    record DownloadGrant(String bucketId, String namePrefix, Map<String, String> overrides) {}

    /** An account token lives as long as its key, and at most a day. */
    String issueAccountToken(ApplicationKey key) {
        Instant end = clock.instant().plus(VALIDITY);
        Instant expires = key.expires().filter(end::isAfter).orElse(end);
        return accountTokens.issue(key.keyId(), expires);
    }

    String issueUploadToken(UploadGrant grant) {
        return uploadTokens.issue(grant, clock.instant().plus(VALIDITY));
    }

    String issueDownloadToken(DownloadGrant grant, Duration validity) {
        return downloadTokens.issue(grant, clock.instant().plus(validity));
    }

    /** The key behind a call's account token, if it is capable of this. */
    ApplicationKey require(Call call, Capability capability) throws ApiException {
        String token = token(call).orElseThrow(ApiException::badToken);
        return require(findKey(token).orElseThrow(ApiException::badToken), capability);
    }

    static ApplicationKey require(ApplicationKey key, Capability capability) throws ApiException {
        if (!key.capabilities().contains(capability)) {
            throw ApiException.unauthorized("The key lacks the capability " + capability.wireName());
        }
        return key;
    }

    static void requireBucket(ApplicationKey key, String bucketId) throws ApiException {
        if (!key.mayUseBucket(bucketId)) {
            throw ApiException.unauthorized("The key is limited to other buckets");
        }
    }

    static void requireName(ApplicationKey key, String fileName) throws ApiException {
        if (!key.mayName(fileName)) {
            throw ApiException.unauthorized("The key is limited to names that begin with "
                    + key.namePrefix().orElse(""));
        }
    }

    UploadGrant requireUpload(Call call) throws ApiException {
        String token = token(call).orElseThrow(ApiException::badToken);
        return uploadTokens.find(token).orElseThrow(ApiException::badToken);
    }

    /** An upload that is answered with 5xx or 408 takes its URL along. */
    void giveUpUploadUrl(Call call, int status) throws ApiException {
        if (call.operation().isUpload() && (status >= 500 || status == 408)) {
            Optional<String> token = token(call);
            if (token.isPresent()) {
                uploadTokens.find(token.get()).ifPresent(UploadGrant::breakDown);
            }
        }
    }

    /** The key of an account token; empty for other tokens. A token whose key is gone is a bad one. */
    Optional<ApplicationKey> findKey(String token) throws ApiException {
        Optional<String> keyId = accountTokens.find(token);
        return keyId.isEmpty() ? Optional.empty() : account.findKey(keyId.get());
    }

    Optional<DownloadGrant> findDownloadGrant(String token) throws ApiException {
        return downloadTokens.find(token);
    }

    /** The token in the header; downloads may have it in the query instead. */
    static Optional<String> token(Call call) throws ApiException {
        Optional<String> header = call.header("Authorization");
        return header.isPresent() || !call.operation().isDownload()
                ? header
                : call.params().optionalText("Authorization");
    }
}

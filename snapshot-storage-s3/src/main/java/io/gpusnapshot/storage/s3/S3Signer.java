package io.gpusnapshot.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthScheme;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * Signs requests in silence. The vendor's signer does the same, but logs all that it signs, so that whoever reads its log
 * would see the tokens of sessions.
 */
final class S3Signer implements AuthScheme<AwsCredentialsIdentity>, HttpSigner<AwsCredentialsIdentity> {
    private static final String CONTENT_HASH = "x-amz-content-sha256";
    private static final String TOKEN = "X-Amz-Security-Token";
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final int COPY_BYTES = 16 << 10;

    @Override
    public String schemeId() {
        return AwsV4AuthScheme.SCHEME_ID;
    }

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return providers.identityProvider(AwsCredentialsIdentity.class);
    }

    @Override
    public HttpSigner<AwsCredentialsIdentity> signer() {
        return this;
    }

    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
        Clock clock = request.requireProperty(HttpSigner.SIGNING_CLOCK, Clock.systemUTC());
        String region = request.requireProperty(AwsV4HttpSigner.REGION_NAME);
        S3Signature signature = new S3Signature(request.identity(), region, clock.instant());
        ContentStreamProvider payload = request.payload().orElse(null);
        return SignedRequest.builder()
                .request(withHeaders(request, signature))
                .payload(payload)
                .build();
    }

    private static SdkHttpRequest withHeaders(
            SignRequest<? extends AwsCredentialsIdentity> request, S3Signature signature) {
        String contentHash = contentHash(request.request().protocol(), request.payload());
        SdkHttpRequest.Builder signed = request.request().toBuilder()
                .putHeader("Host", host(request.request()))
                .putHeader("X-Amz-Date", signature.date())
                .putHeader(CONTENT_HASH, contentHash);
        token(signature.keys()).ifPresent(token -> signed.putHeader(TOKEN, token));
        if (request.hasProperty(AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM)) {
            putChecksum(signed, request);
        }
        SdkHttpRequest complete = signed.build();
        String value = S3Signature.ALGORITHM + " Credential=" + signature.credential() + ", SignedHeaders="
                + S3Signature.signedHeaders(complete) + ", Signature=" + signature.of(complete, contentHash);
        return signed.putHeader("Authorization", value).build();
    }

    /** Makes a request that whoever has it can send for some time. */
    static SdkHttpRequest presign(SdkHttpRequest request, S3Signature signature, Duration lifetime) {
        SdkHttpRequest.Builder signed = request.toBuilder().putHeader("Host", host(request));
        token(signature.keys()).ifPresent(token -> signed.putRawQueryParameter(TOKEN, token));
        signed.putRawQueryParameter("X-Amz-Algorithm", S3Signature.ALGORITHM)
                .putRawQueryParameter("X-Amz-Date", signature.date())
                .putRawQueryParameter("X-Amz-SignedHeaders", S3Signature.signedHeaders(signed.build()))
                .putRawQueryParameter("X-Amz-Credential", signature.credential())
                .putRawQueryParameter("X-Amz-Expires", Long.toString(lifetime.toSeconds()));
        return signed.putRawQueryParameter("X-Amz-Signature", signature.of(signed.build(), UNSIGNED))
                .build();
    }

    private static Optional<String> token(AwsCredentialsIdentity keys) {
        return keys instanceof AwsSessionCredentialsIdentity session
                ? Optional.of(session.sessionToken().strip())
                : Optional.empty();
    }

    private static String host(SdkHttpRequest request) {
        int usual = request.protocol().equals("https") ? 443 : 80;
        return request.port() == usual ? request.host() : request.host() + ":" + request.port();
    }

    /** TLS protects bodies by itself. */
    private static String contentHash(String protocol, Optional<ContentStreamProvider> payload) {
        if (payload.isEmpty() || protocol.equals("https")) {
            return UNSIGNED;
        }
        MessageDigest digest = S3Signature.sha256();
        readThrough(payload.get(), digest::update);
        return S3Signature.hex(digest.digest());
    }

    /** What Amazon demands of some calls. */
    private static void putChecksum(
            SdkHttpRequest.Builder signed, SignRequest<? extends AwsCredentialsIdentity> request) {
        ChecksumAlgorithm algorithm = request.property(AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM);
        String header = "x-amz-checksum-" + algorithm.algorithmId().toLowerCase(Locale.ROOT);
        if (request.request().firstMatchingHeader(header).isEmpty()) {
            SdkChecksum checksum = SdkChecksum.forAlgorithm(algorithm);
            request.payload().ifPresent(payload -> readThrough(payload, checksum::update));
            signed.putHeader(header, Base64.getEncoder().encodeToString(checksum.getChecksumBytes()));
        }
    }

    /** Takes the next bytes of a body. */
    @FunctionalInterface
    private interface Sink {
        void take(byte[] bytes, int offset, int length);
    }

    private static void readThrough(ContentStreamProvider content, Sink sink) {
        try (InputStream body = content.newStream()) {
            byte[] copy = new byte[COPY_BYTES];
            for (int count = body.read(copy); count >= 0; count = body.read(copy)) {
                sink.take(copy, 0, count);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
        throw new UnsupportedOperationException("there is no asynchronous client here");
    }
}

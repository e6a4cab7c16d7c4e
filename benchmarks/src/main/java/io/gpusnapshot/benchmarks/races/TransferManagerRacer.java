package io.gpusnapshot.benchmarks.races;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.DownloadDirectoryRequest;
import software.amazon.awssdk.transfer.s3.model.UploadDirectoryRequest;
import software.amazon.awssdk.transfer.s3.model.UploadFileRequest;

/**
 * Takes part in the races as Amazon's transfer manager on its native client (CRT): one JVM that lives on, with one client.
 * Its argument is the endpoint; keys come from the environment. It is told what to do by these commands, in which a place
 * is a bucket, a slash and a prefix, and answers them with the number of transfers that failed, which is 0 or its end:
 *
 * <pre>
 * upload   PLACE DIRECTORY
 * download PLACE DIRECTORY
 * </pre>
 */
public final class TransferManagerRacer {
    /** What the client tries to reach, and chooses its connections and memory by: as much as a loopback device gives. */
    private static final double TARGET_GIGABITS = 25;

    private final S3TransferManager manager;

    private TransferManagerRacer(S3TransferManager manager) {
        this.manager = manager;
    }

    public static void main(String[] args) throws IOException {
        try (S3AsyncClient client = client(URI.create(args[0]));
                S3TransferManager manager =
                        S3TransferManager.builder().s3Client(client).build()) {
            RaceCommand.serve(new TransferManagerRacer(manager)::run);
        }
    }

    private static S3AsyncClient client(URI endpoint) {
        return S3AsyncClient.crtBuilder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .targetThroughputInGbps(TARGET_GIGABITS)
                .build();
    }

    private long run(RaceCommand command) throws IOException {
        int slash = command.store().indexOf('/');
        String bucket = command.store().substring(0, slash);
        String prefix = command.store().substring(slash + 1);
        List<?> failed = switch (command.verb()) {
            case "upload" -> upload(bucket, prefix, command);
            case "download" -> download(bucket, prefix, command);
            default -> throw command.unknown();
        };
        if (!failed.isEmpty()) {
            throw new IOException(failed.size() + " transfers failed, the first of them: " + failed.get(0));
        }
        return failed.size();
    }

    private List<?> upload(String bucket, String prefix, RaceCommand command) {
        UploadDirectoryRequest request = UploadDirectoryRequest.builder()
                .bucket(bucket)
                .s3Prefix(prefix)
                .source(command.directory())
                .uploadFileRequestTransformer(TransferManagerRacer::withoutExpectation)
                .build();
        return manager.uploadDirectory(request).completionFuture().join().failedTransfers();
    }

    /**
     * Leaves out {@code Expect: 100-continue}: where no body follows the server closes the connection behind its answer,
     * and an answer that lasts until then counts as empty with this client.
     */
    private static void withoutExpectation(UploadFileRequest.Builder request) {
        PutObjectRequest put = request.build().putObjectRequest().toBuilder()
                .overrideConfiguration(override -> override.addPlugin(TransferManagerRacer::expectNothing))
                .build();
        request.putObjectRequest(put);
    }

    private static void expectNothing(SdkServiceClientConfiguration.Builder client) {
        client.overrideConfiguration(client.overrideConfiguration().toBuilder()
                .addExecutionInterceptor(new NoExpectation())
                .build());
    }

    private static final class NoExpectation implements ExecutionInterceptor {
        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().copy(request -> request.removeHeader("Expect"));
        }
    }

    private List<?> download(String bucket, String prefix, RaceCommand command) {
        DownloadDirectoryRequest request = DownloadDirectoryRequest.builder()
                .bucket(bucket)
                .listObjectsV2RequestTransformer(list -> list.prefix(prefix + "/"))
                .destination(command.directory())
                .build();
        return manager.downloadDirectory(request).completionFuture().join().failedTransfers();
    }
}

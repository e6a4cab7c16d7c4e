package io.gpusnapshot.cli;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.Faults;
import io.gpusnapshot.storage.b2.emulator.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves what Backblaze would, for those who develop without an account. */
@Command(
        name = "emulate-b2",
        description = {
            "Emulates Backblaze B2 on this machine until it is cancelled.",
            "When it is ready it prints one line of JSON with endpoint, keyId and applicationKey."
        },
        mixinStandardHelpOptions = true)
final class EmulateB2Command implements Callable<Integer> {
    private static final int HIGHEST_PORT = 65535;
    private static final Duration STALL = Duration.ofSeconds(2);
    private static final String PASSWORD_VARIABLE = "KEY_STORE_PASSWORD";

    private final Terminal terminal;

    @Option(names = "--port", required = true, paramLabel = "N", description = "Port on 127.0.0.1; 0 picks a free one.")
    private int port;

    @Option(
            names = "--root",
            required = true,
            paramLabel = "DIR",
            description = "Folder that holds buckets and keys; made if there is none.")
    private Path root = Path.of("");

    @Option(names = "--delay", paramLabel = "N", description = "Milliseconds to wait before each answer (default: 0).")
    private int delayMillis;

    @Option(
            names = "--stall-every",
            paramLabel = "N",
            description = "Has the last of every N requests wait for two seconds (default: none).")
    private Optional<Integer> stallEvery = Optional.empty();

    @Option(
            names = "--connection-rate",
            paramLabel = "SIZE",
            description = "Bytes a second that the body of an upload or download passes at (default: no limit).")
    private Optional<ByteSize> connectionRate = Optional.empty();

    @Option(
            names = "--key-store",
            paramLabel = "FILE",
            description =
                    "Speaks TLS, with the key and certificate in this PKCS #12 file, whose password is the environment"
                            + " variable " + PASSWORD_VARIABLE + ".")
    private Optional<Path> keyStore = Optional.empty();

    EmulateB2Command(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("--port must be 0 to " + HIGHEST_PORT + ", but is " + port);
        }
        B2Emulator.Builder builder = B2Emulator.builder().root(root).port(port);
        if (keyStore.isPresent()) {
            builder.encryption(encryption(keyStore.get()));
        }
        try (B2Emulator emulator = builder.start()) {
            slowDown(emulator.faults());
            terminal.json(json -> {
                json.writeStringField("endpoint", emulator.endpoint().toString());
                json.writeStringField("keyId", emulator.keyId());
                json.writeStringField("applicationKey", emulator.applicationKey());
            });
            terminal.out().flush();
            new CountDownLatch(1).await();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
        return ExitCodes.DONE;
    }

    private static SSLContext encryption(Path file) {
        char[] password = System.getenv().getOrDefault(PASSWORD_VARIABLE, "").toCharArray();
        try {
            KeyStore keys = KeyStore.getInstance(file.toFile(), password);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "--key-store " + file + " cannot be used: " + unusable.getMessage() + "; name a PKCS #12 file, and"
                            + " give its password in " + PASSWORD_VARIABLE,
                    unusable);
        }
    }

    private void slowDown(Faults faults) {
        if (delayMillis < 0) {
            throw new IllegalArgumentException("--delay must not be negative, but is " + delayMillis);
        }
        if (stallEvery.filter(requests -> requests < 1).isPresent()) {
            throw new IllegalArgumentException("--stall-every must be more than 0, but is " + stallEvery.get());
        }
        if (delayMillis > 0) {
            faults.inject(Fault.of(FaultEffect.delay(Duration.ofMillis(delayMillis))));
        }
        stallEvery.ifPresent(
                requests -> faults.inject(Fault.of(FaultEffect.delay(STALL)).every(requests)));
        connectionRate.ifPresent(rate -> faults.inject(Fault.of(
                FaultEffect.throttle(rate.bytes()),
                Operation.DOWNLOAD_BY_NAME,
                Operation.UPLOAD_FILE,
                Operation.UPLOAD_PART)));
    }
}

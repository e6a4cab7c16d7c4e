package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.remote.Authentication;
import io.gpusnapshot.remote.SshTarget;
import java.io.Closeable;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.keyprovider.FileKeyProvider;
import net.schmizz.sshj.userauth.keyprovider.KeyFormat;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.keyprovider.KeyProviderUtil;
import net.schmizz.sshj.userauth.method.AuthKeyboardInteractive;
import net.schmizz.sshj.userauth.method.AuthMethod;
import net.schmizz.sshj.userauth.method.AuthPassword;
import net.schmizz.sshj.userauth.method.AuthPublickey;
import net.schmizz.sshj.userauth.method.PasswordResponseProvider;
import net.schmizz.sshj.userauth.password.PasswordFinder;
import net.schmizz.sshj.userauth.password.PasswordUtils;

/** What proves who we are, read before anything is sent. Closing it forgets the secrets it holds. */
final class Login implements Closeable {
    private final List<AuthMethod> methods;
    private final char[] secret;
    private final Closeable resource;

    private Login(List<AuthMethod> methods, char[] secret, Closeable resource) {
        this.methods = methods;
        this.secret = secret;
        this.resource = resource;
    }

    static Login of(SshTarget target) throws IOException {
        Authentication authentication = target.authentication().orElseThrow();
        if (authentication instanceof Authentication.Identity identity) {
            return identity(target, identity);
        }
        if (authentication instanceof Authentication.Agent agent) {
            return agent(target, agent);
        }
        return password(((Authentication.Password) authentication).source().read());
    }

    private static Login password(char[] password) {
        // sshj overwrites what it is given, so each time it gets another copy.
        PasswordFinder finder = new SecretFinder(password);
        List<AuthMethod> methods =
                List.of(new AuthPassword(finder), new AuthKeyboardInteractive(new PasswordResponseProvider(finder)));
        return new Login(methods, password, () -> {});
    }

    private static Login identity(SshTarget target, Authentication.Identity identity) throws IOException {
        boolean protectedByPassphrase = identity.passphrase().isPresent();
        char[] passphrase = protectedByPassphrase ? identity.passphrase().get().read() : new char[0];
        try {
            KeyProvider key = load(identity.file(), passphrase);
            // Reads and decrypts it, so that a bad file is told from a refusal.
            key.getPrivate();
            return new Login(List.of(new AuthPublickey(key)), passphrase, () -> {});
        } catch (IOException | RuntimeException | OutOfMemoryError unreadable) {
            // A wrong passphrase makes noise of a PEM file, in which the parser may see a length of gigabytes.
            Arrays.fill(passphrase, '\0');
            String remedy = protectedByPassphrase
                    ? "; is it a private key, and its passphrase right?"
                    : "; is it a private key without a passphrase?";
            throw new RemoteAccessException(
                    target.toString(),
                    "Cannot log in to " + target + ": the identity " + identity.file() + " cannot be read ("
                            + unreadable.getClass().getSimpleName() + ")" + remedy,
                    unreadable);
        }
    }

    private static KeyProvider load(Path file, char[] passphrase) throws IOException {
        String text = Files.readString(file);
        KeyFormat format = KeyProviderUtil.detectKeyFileFormat(text, false);
        FileKeyProvider provider = net.schmizz.sshj.common.Factory.Named.Util.create(
                Algorithms.config().getFileKeyProviderFactories(), format.toString());
        if (provider == null) {
            throw new IOException("No private key, or one in an unknown format");
        }
        provider.init(new StringReader(text), passphrase.length == 0 ? null : new SecretFinder(passphrase));
        return provider;
    }

    private static Login agent(SshTarget target, Authentication.Agent agent) throws IOException {
        AgentClient client = AgentClient.connect(target, agent.socket());
        try {
            List<AuthMethod> methods = new ArrayList<>();
            for (byte[] key : client.keys()) {
                methods.add(new AgentAuthMethod(client, key));
            }
            if (methods.isEmpty()) {
                throw new RemoteAccessException(
                        target.toString(),
                        "Cannot log in to " + target + ": the agent at " + agent.socket()
                                + " holds no key; add one with ssh-add",
                        null);
            }
            return new Login(methods, new char[0], client);
        } catch (IOException failed) {
            client.close();
            throw failed;
        }
    }

    void perform(SSHClient client, SshTarget target) throws IOException {
        client.auth(target.user(), methods);
    }

    @Override
    public void close() {
        PasswordUtils.blankOut(secret);
        SshLink.closeQuietly(resource);
    }
}

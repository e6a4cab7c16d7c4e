package io.gpusnapshot.remote.ssh;

import java.io.IOException;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;

/** Public-key authentication (RFC 4252, section 7) with a key that only an agent has. */
final class AgentAuthMethod extends AbstractAuthMethod {
    private static final String RSA = "ssh-rsa";
    private static final String RSA_SHA512 = "rsa-sha2-512";
    private static final int SIGN_BY_RSA_SHA512 = 4;

    private final AgentClient agent;
    private final byte[] key;

    AgentAuthMethod(AgentClient agent, byte[] key) {
        super("publickey");
        this.agent = agent;
        this.key = key;
    }

    @Override
    protected SSHPacket buildReq() throws UserAuthException {
        return request(false);
    }

    private SSHPacket request(boolean signed) throws UserAuthException {
        String type = keyType();
        return super.buildReq()
                .putBoolean(signed)
                .putString(type.equals(RSA) ? RSA_SHA512 : type)
                .putString(key);
    }

    private String keyType() throws UserAuthException {
        try {
            return new Buffer.PlainBuffer(key).readString();
        } catch (Buffer.BufferException malformed) {
            throw new UserAuthException("The agent sent a malformed key", malformed);
        }
    }

    /** The host would accept the key, so prove that we have it. */
    @Override
    public void handle(Message message, SSHPacket packet) throws UserAuthException, TransportException {
        if (message != Message.USERAUTH_60) {
            super.handle(message, packet);
            return;
        }
        SSHPacket request = request(true);
        byte[] data = new Buffer.PlainBuffer()
                .putString(params.getTransport().getSessionID())
                .putBuffer(request)
                .getCompactData();
        params.getTransport().write(request.putBytes(sign(data)));
    }

    private byte[] sign(byte[] data) throws UserAuthException {
        try {
            return agent.sign(key, data, keyType().equals(RSA) ? SIGN_BY_RSA_SHA512 : 0);
        } catch (IOException failed) {
            throw new UserAuthException("The agent did not sign", failed);
        }
    }
}

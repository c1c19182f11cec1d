package dev.banyan.agent.session;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.api.v1.RegisterResponse;
import java.util.Optional;

/**
 * What the cluster said this agent is; the same for its whole life.
 *
 * @param registry host and port of the cluster's image registry
 */
public record Membership(String agentUid, String subnet, String registry) {
    private static final int FIELDS = 3;

    static Membership of(RegisterResponse response) {
        return new Membership(response.getAgentUid(), response.getSubnet(), response.getRegistry());
    }

    /** Reads what {@link #keep} wrote; empty before the first registration, or when the file is damaged. */
    public static Optional<Membership> kept(CheckedFile file) {
        if (!(file.read() instanceof CheckedFile.Contents.Intact intact)) {
            return Optional.empty();
        }
        var lines = intact.text().lines().toList();
        return lines.size() == FIELDS
                ? Optional.of(new Membership(lines.get(0), lines.get(1), lines.get(2)))
                : Optional.empty();
    }

    void keep(CheckedFile file) {
        file.write(agentUid + "\n" + subnet + "\n" + registry + "\n");
    }
}

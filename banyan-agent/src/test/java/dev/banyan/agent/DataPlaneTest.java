package dev.banyan.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.isolation.IsolationOutcome;
import dev.banyan.agent.proxy.ProxyOutcome;
import dev.banyan.api.v1.AgentReportStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataPlaneTest {
    private AgentReportStatus told = AgentReportStatus.getDefaultInstance();
    private final DataPlane plane = new DataPlane(edit -> told = edit.apply(told));

    @Test
    void confirmsWhatBothHave() {
        plane.balanced(new ProxyOutcome.Applied(7, "ab12", List.of()));
        assertThat(told.getAppliedRevision()).isZero();

        plane.isolated(new IsolationOutcome.Applied(5));
        assertThat(told.getAppliedRevision()).isEqualTo(5);

        plane.isolated(new IsolationOutcome.Applied(9));
        assertThat(told.getAppliedRevision()).isEqualTo(7);
        assertThat(told.getRulesDigest()).isEqualTo("ab12");
    }

    @Test
    void tellsWhatFailsUntilItIsDone() {
        plane.balanced(new ProxyOutcome.Applied(7, "ab12", List.of()));
        plane.isolated(new IsolationOutcome.Applied(7));
        plane.isolated(new IsolationOutcome.Failed("nft said no"));
        plane.balanced(new ProxyOutcome.Applied(8, "", List.of()));
        assertThat(told.getDataPlaneError()).isEqualTo("nft said no");
        assertThat(told.getAppliedRevision()).isEqualTo(7);

        plane.isolated(new IsolationOutcome.Applied(8));
        assertThat(told.getDataPlaneError()).isEmpty();
        assertThat(told.getAppliedRevision()).isEqualTo(8);
        plane.balanced(new ProxyOutcome.Failed(9, "conntrack said no", List.of()));
        assertThat(told.getDataPlaneError()).isEqualTo("conntrack said no");
    }
}

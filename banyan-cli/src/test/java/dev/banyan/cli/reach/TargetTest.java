package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.api.wire.ApiException;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.TestDeployments;
import dev.banyan.runtime.env.SystemEnv;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TargetTest {
    private final FakeCluster cluster = new FakeCluster(new SystemEnv());

    @BeforeEach
    void deploy() {
        var _ = cluster.apply(TestDeployments.apply("shop"));
        var _ = cluster.apply(TestDeployments.apply("blog"));
        task("shop", "web", 0, State.RUNNING, false);
        task("shop", "web", 1, State.RUNNING, true);
        task("shop", "web", 2, State.RUNNING, true);
        task("shop", "web", 3, State.STARTING, false);
        task("blog", "db", 0, State.RUNNING, true);
    }

    @Test
    void isTheFirstReplicaThatIsReady() {
        assertThat(find("web")).isEqualTo("shop.web.1.1.0");
        assertThat(find("shop/web")).isEqualTo("shop.web.1.1.0");
    }

    @Test
    void isTheReplicaThatIsNamedAlsoOneThatIsNotReady() {
        assertThat(find("web.0")).isEqualTo("shop.web.1.0.0");
        assertThat(find("shop/web.2")).isEqualTo("shop.web.1.2.0");
        assertThat(new Target("web", OptionalInt.of(2)).find(cluster.store()).name())
                .isEqualTo("shop.web.1.2.0");
        assertThat(new Target("web.0", OptionalInt.of(2)).find(cluster.store()).name())
                .as("what is written goes before the option")
                .isEqualTo("shop.web.1.0.0");
    }

    @Test
    void isATaskByItsWholeNameWhateverItDoes() {
        assertThat(find("shop.web.1.3.0")).isEqualTo("shop.web.1.3.0");
    }

    @Test
    void saysThatAReplicaDoesNotRun() {
        for (var words : new String[] {"web.3", "web.77"}) {
            assertThatThrownBy(() -> find(words))
                    .isInstanceOf(ApiException.class)
                    .hasMessage("no replica of \"" + words + "\" runs now; banyan-cli ps shop says why");
        }
    }

    @Test
    void asksWhichAppIsMeantWhenSeveralHaveTheService() {
        task("blog", "web", 0, State.RUNNING, true);

        assertThatThrownBy(() -> find("web.1"))
                .hasMessage("several apps have a service \"web\"; write blog/web.1 or shop/web.1");
        assertThat(find("blog/web")).isEqualTo("blog.web.1.0.0");
    }

    @Test
    void guessesWhatWasMeant() {
        assertThatThrownBy(() -> find("wbe")).hasMessage("there is no task of service \"wbe\"; did you mean \"web\"?");
        assertThatThrownBy(() -> find("shop/something"))
                .hasMessage("there is no task of service \"something\" in app \"shop\"; there are: web");
        assertThatThrownBy(() -> find("nosuch/web"))
                .hasMessage("there is no task of service \"web\" in app \"nosuch\"; nothing runs there");
    }

    @Test
    void aDotThatNoNumberFollowsIsPartOfTheName() {
        task("blog", "a.b", 0, State.RUNNING, true);

        assertThat(find("a.b")).isEqualTo("blog.a.b.1.0.0");
        assertThat(find("a.b.0")).isEqualTo("blog.a.b.1.0.0");
    }

    @Test
    void nothingIsNobodysContainer() {
        assertThatThrownBy(() -> new Target("", OptionalInt.empty())).hasMessage("a service is needed");
    }

    private String find(String words) {
        return new Target(words, OptionalInt.empty()).find(cluster.store()).name();
    }

    private void task(String app, String service, int slot, State state, boolean ready) {
        cluster.task(
                app,
                service,
                slot,
                "a1",
                TaskStatus.newBuilder().setState(state).setReady(ready).build());
    }
}

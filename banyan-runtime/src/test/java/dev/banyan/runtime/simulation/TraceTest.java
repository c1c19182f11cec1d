package dev.banyan.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TraceTest {
    private final SimulatedTime time = new SimulatedTime();
    private final Trace trace = new Trace(time);

    @Test
    void saysWhoDidWhatWhen() {
        trace.note("a", "wakes");
        time.advance(Duration.ofSeconds(90));
        trace.note("b", "sleeps");

        assertThat(trace.last()).containsExactly("PT0S a: wakes", "PT1M30S b: sleeps");
        assertThat(trace.events()).isEqualTo(2);
    }

    @Test
    void keepsTheLastEventsInWordsAndCountsAll() {
        for (int event = 1; event <= Trace.LAST + 50; event++) {
            trace.note("a", "step " + event);
        }

        assertThat(trace.last())
                .hasSize(Trace.LAST)
                .startsWith("PT0S a: step 51")
                .endsWith("PT0S a: step " + (Trace.LAST + 50));
        assertThat(trace.events()).isEqualTo(Trace.LAST + 50);
    }

    @Test
    void hasTheSameHashForTheSameEventsAlone() {
        var same = new Trace(new SimulatedTime());
        for (var one : new Trace[] {trace, same}) {
            one.note("a", "wakes");
            one.note("b", "sleeps");
            one.ran(7);
        }

        assertThat(same.hash()).isEqualTo(trace.hash());
    }

    @Test
    void hasAnotherHashForOtherOrderTimeActorActionOrTask() {
        trace.note("a", "wakes");
        trace.note("b", "sleeps");
        trace.ran(7);
        var order = new Trace(new SimulatedTime());
        order.note("b", "sleeps");
        order.note("a", "wakes");
        order.ran(7);
        var laterTime = new SimulatedTime();
        var later = new Trace(laterTime);
        later.note("a", "wakes");
        laterTime.advance(Duration.ofNanos(1));
        later.note("b", "sleeps");
        later.ran(7);
        var task = new Trace(new SimulatedTime());
        task.note("a", "wakes");
        task.note("b", "sleeps");
        task.ran(8);
        var actor = new Trace(new SimulatedTime());
        actor.note("c", "wakes");
        actor.note("b", "sleeps");
        actor.ran(7);

        assertThat(new long[] {order.hash(), later.hash(), task.hash(), actor.hash()})
                .doesNotContain(trace.hash())
                .doesNotHaveDuplicates();
    }
}

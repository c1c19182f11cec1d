package dev.banyan.runtime.simulation.junit;

import dev.banyan.runtime.simulation.campaign.Mode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is played once for each of many seeds. Its one parameter is a {@link dev.banyan.runtime.simulation.campaign.Trial}.
 *
 * <pre>{@code
 * @SimulationTest(seeds = 1000)
 * void servesEveryZone(Trial trial) { ... }
 * }</pre>
 *
 * <p>Several runs are played at a time by one instance of the test class: the method keeps nothing in fields. Files {@code
 * regressions/<Class>.<method>/*.schedule} of the test's resources are played first. The properties {@code banyan.simulation.*} change how
 * much is played, see {@link dev.banyan.runtime.simulation.campaign.CampaignOptions#ofSystem}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Test
@ExtendWith(Played.class)
public @interface SimulationTest {
    /** How many seeds, unless the properties say. */
    long seeds() default 100;

    /** What may go wrong. */
    Class<? extends FaultSource> faults() default FaultSource.Usual.class;

    /** What the runs prove; seeds draw one each. */
    Mode[] modes() default {Mode.SAFETY, Mode.LIVENESS, Mode.CALM};

    /** Situations of which each must come up in some run. */
    String[] mustReach() default {};
}

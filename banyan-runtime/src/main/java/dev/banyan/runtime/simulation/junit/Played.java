package dev.banyan.runtime.simulation.junit;

import dev.banyan.runtime.simulation.campaign.Campaign;
import dev.banyan.runtime.simulation.campaign.CampaignOptions;
import dev.banyan.runtime.simulation.campaign.Trial;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Calls a test method once for each trial of a campaign instead of once. */
final class Played implements InvocationInterceptor, ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType().equals(Trial.class);
    }

    /** Nothing yet: the campaign makes the trials when the method's turn has come. */
    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return null;
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> once, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        once.skip();
        var report = campaign(method.getExecutable(), context.getRequiredTestInstance())
                .run();
        context.publishReportEntry("simulation", report.text().strip());
    }

    private static Campaign campaign(Method method, Object instance) {
        var told =
                AnnotationSupport.findAnnotation(method, SimulationTest.class).orElseThrow();
        if (!List.of(method.getParameterTypes()).equals(List.of(Trial.class))) {
            throw new IllegalArgumentException(method + " is a simulation test and takes one Trial");
        }
        var type = instance.getClass();
        var name = type.getSimpleName() + "." + method.getName();
        var campaign = Campaign.of(name, trial -> invoke(method, instance, trial))
                .faults(ReflectionSupport.newInstance(told.faults()).kinds())
                .modes(told.modes())
                .mustReach(told.mustReach())
                .replayedBy("-Dtest=" + binaryName(type) + "#" + method.getName())
                .with(CampaignOptions.ofSystem().usually(told.seeds()));
        kept(type, name).ifPresent(campaign::kept);
        return campaign;
    }

    /** Without its package, as a build selects it. */
    private static String binaryName(Class<?> type) {
        return type.getName().substring(type.getName().lastIndexOf('.') + 1);
    }

    private static void invoke(Method method, Object instance, Trial trial) {
        var ignored = ReflectionSupport.invokeMethod(method, instance, trial); // a test answers nothing
    }

    /** Where the resources are files; those in a jar are not looked at. */
    private static Optional<Path> kept(Class<?> type, String name) {
        return Optional.ofNullable(type.getResource("/regressions/" + name))
                .filter(place -> place.getProtocol().equals("file"))
                .map(place -> Path.of(uri(place.toString())));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException wrong) {
            throw new IllegalArgumentException("the place of kept schedules cannot be read: " + text, wrong);
        }
    }
}

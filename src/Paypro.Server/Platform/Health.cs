using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Paypro.Server.Platform;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it may be sent requests, 503 otherwise. Neither says more than
/// a word: what is wrong stands in the log, not where strangers may read it.
/// </summary>
internal static class Health
{
    /// <summary>A check that takes longer has failed: a load balancer does not wait either.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Adds a condition of readiness. A throw is a no.</summary>
    public static void AddReadiness(this IServiceCollection services, string name, Func<IServiceProvider, Func<CancellationToken, Task<bool>>> check) =>
        services.AddHealthChecks().Add(new HealthCheckRegistration(name, s => new Condition(check(s)), HealthStatus.Unhealthy, ["ready"], CheckTimeout));

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
    }

    private sealed class Condition(Func<CancellationToken, Task<bool>> isMet) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await isMet(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
    }
}

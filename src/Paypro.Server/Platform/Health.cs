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

    /// <summary>How long an answer is kept for all who ask: however many they are, the database is asked twice a second.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMilliseconds(500);

    /// <summary>Adds a condition of readiness. A throw is a no.</summary>
    public static void AddReadiness(this IServiceCollection services, string name, Func<IServiceProvider, Func<CancellationToken, Task<bool>>> check)
    {
        services.AddKeyedSingleton(name, (s, _) => new Condition(check(s), s.GetRequiredService<TimeProvider>()));
        services.AddHealthChecks().Add(new HealthCheckRegistration(name, s => s.GetRequiredKeyedService<Condition>(name), HealthStatus.Unhealthy, ["ready"], CheckTimeout));
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
    }

    /// <summary>One look serves all who ask while it is under way and a moment longer.</summary>
    private sealed class Condition(Func<CancellationToken, Task<bool>> isMet, TimeProvider time) : IHealthCheck
    {
        private readonly Lock _gate = new();
        private Task<bool>? _look;
        private long _lookedAt;

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await Look().WaitAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();

        private Task<bool> Look()
        {
            lock (_gate)
            {
                if (_look is null || (_look.IsCompleted && time.GetElapsedTime(_lookedAt) >= KeptFor))
                {
                    (_look, _lookedAt) = (LookAsync(), time.GetTimestamp());
                }

                return _look;
            }
        }

        private async Task<bool> LookAsync()
        {
            using var limit = new CancellationTokenSource(CheckTimeout, time);
            return await isMet(limit.Token);
        }
    }
}

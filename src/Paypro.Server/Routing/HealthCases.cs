using System.Globalization;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>Opens a case for a pay-in account that this process has demoted for long, and resolves it when the account is well again.</summary>
internal sealed class HealthCases(ChannelHealth health, SnapshotStore snapshots, RaiseCases cases, TimeProvider time)
{
    public const string Kind = "account-demoted";

    /// <summary>How long an account may be demoted before a person has to know.</summary>
    public static readonly TimeSpan After = TimeSpan.FromMinutes(10);

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly HashSet<long> _open = [];

    /// <summary>One turn.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var demoted = health.Demotions();
        foreach (var one in demoted.Where(one => one.For >= After && !_open.Contains(one.AccountId) && !IsResting(one.AccountId)))
        {
            var subject = Subject(one.AccountId);
            await cases.RaiseAsync(
                Kind, subject, $"Channel account {subject} is tried last for pay-ins for more than {After.TotalMinutes:0} minutes: {one.Why}. A few orders still go there first, to see whether it is well again.", CaseSeverity.Today);
            _open.Add(one.AccountId);
        }

        foreach (var well in _open.Where(id => !demoted.Any(one => one.AccountId == id)).ToList())
        {
            await cases.EndAsync(Kind, Subject(well), "The account is well again.");
            _open.Remove(well);
        }

        return false;
    }

    private bool IsResting(long accountId) => snapshots.Newest?.Accounts.GetValueOrDefault(accountId)?.Maintenance.Any(w => w.IsNow(time.NowMs())) == true;

    private static string Subject(long accountId) => accountId.ToString(CultureInfo.InvariantCulture);
}

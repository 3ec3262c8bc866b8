using Paypro.Server.Merchants;

namespace Paypro.Server.Routing;

/// <summary>
/// Tells a person what the configuration's picture had to leave out, once for each trouble, and closes the alarm when this process has
/// seen the trouble go. In a loop of its own: a writer that is busy must not keep the picture from being confirmed.
/// </summary>
internal sealed class ConfigurationAlarms(SnapshotStore snapshots, Alarms alarms)
{
    private readonly HashSet<ConfigurationProblem> _known = [];

    /// <summary>One turn; costs nothing while nothing changes.</summary>
    public async Task RunOnceAsync()
    {
        if (!snapshots.IsFresh)
        {
            return;
        }

        var problems = snapshots.Current.Problems;
        foreach (var problem in problems.Where(p => !_known.Contains(p)).ToList())
        {
            await alarms.RaiseAsync(problem.Kind, problem.Subject, problem.Text);
            _known.Add(problem);
        }

        foreach (var gone in _known.Except(problems).ToList())
        {
            await alarms.ResolveAsync(gone.Kind, gone.Subject, gone.Text);
            _known.Remove(gone);
        }
    }
}

using Paypro.Server.Cases;

namespace Paypro.Server.Merchants;

/// <summary>
/// Opens a case for what the configuration's picture had to leave out, once for each trouble, and resolves the case when this process has
/// seen the trouble go. In a loop of its own: a writer that is busy must not keep the picture from being confirmed.
/// </summary>
internal sealed class ConfigurationCases(SnapshotStore snapshots, RaiseCases cases)
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
            await cases.RaiseAsync(problem.Kind, problem.Subject, problem.Text);
            _known.Add(problem);
        }

        foreach (var gone in _known.Except(problems).ToList())
        {
            if (!problems.Any(p => p.Kind == gone.Kind && p.Subject == gone.Subject))
            {
                await cases.EndAsync(gone.Kind, gone.Subject, "The configuration is right again.");
            }

            _known.Remove(gone);
        }
    }
}

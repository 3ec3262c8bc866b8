using System.Globalization;
using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>
/// Opens a case where less is there than is owed. By the books that is certain at once; by what rails and banks say it has to last, since a rail's balance and
/// our booking of the same money are never told at the same moment.
/// </summary>
internal sealed class CoverCases(Cover cover, RaiseCases cases, Installation installation, TimeProvider time)
{
    public const string Kind = "cover";

    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5), Lasts = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, long> _since = [];
    private readonly HashSet<string> _open = [];

    /// <summary>One turn; always false, since it never has more to do.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        // A sandbox makes its merchants' first money from nothing.
        if (installation.IsSandbox)
        {
            return false;
        }

        var nowMs = time.NowMs();
        foreach (var line in await cover.ReadAsync(cancellation))
        {
            var code = line.Currency.Code;
            if (line.SurplusMinor >= 0 && line.ToldSurplusMinor >= 0)
            {
                _since.Remove(code);
                if (_open.Remove(code))
                {
                    await cases.EndAsync(Kind, code, "What is there covers what is owed again.");
                }

                continue;
            }

            var sinceMs = _since.TryGetValue(code, out var known) ? known : _since[code] = nowMs;
            if (line.SurplusMinor < 0 || nowMs - sinceMs >= (long)Lasts.TotalMilliseconds)
            {
                if (_open.Add(code))
                {
                    var (short_, by) = line.SurplusMinor < 0 ? (line.SurplusMinor, "By the books") : (line.ToldSurplusMinor, "By what rails and banks say");
                    await cases.RaiseAsync(Kind, code, string.Create(CultureInfo.InvariantCulture, $"{by}, what is there covers not all that is owed in {code}: {AmountText.Fixed(-short_, line.Currency, line.Currency.MinorDigits)} lack."), CaseSeverity.Now);
                }
            }
        }

        return false;
    }
}

using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.Server;

/// <summary>
/// What is printed once the service listens: where, and in a sandbox everything a developer needs for a first payment. It goes to
/// the terminal as it is, not through the log, so that it can be copied.
/// </summary>
internal sealed class Announcement(Installation installation, IServiceProvider services)
{
    /// <param name="addresses">Where it listens.</param>
    /// <param name="cancellation">Of the start.</param>
    public async Task<string> TextAsync(IEnumerable<string> addresses, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var listening = addresses.ToList();
        text.AppendLine(CultureInfo.InvariantCulture, $"Paypro {(installation.IsSandbox ? "sandbox" : "live")} listens on {string.Join(", ", listening)}");
        if (!installation.IsSandbox && installation.Does("portals") && !await HasOperatorAsync(cancellation))
        {
            // Never the link itself: what is printed at every start ends in a log.
            text.AppendLine("No operator can sign in yet: dotnet Paypro.Server.dll --operator-link you@example.com");
        }

        if (!installation.IsSandbox || !installation.Does("api") || listening.Count == 0)
        {
            return text.ToString();
        }

        var steps = services.GetRequiredService<FirstSteps>();
        text.AppendLine();
        Tell(text, "Begin here", $"{steps.Root}/");
        Tell(text, "Reference", $"{steps.Root}/docs");
        if (installation.Does("checkout") && await PageAsync(steps, cancellation) is { } page)
        {
            Tell(text, "A payment page", steps.Root + page);
        }

        if (services.GetRequiredService<PayproOptions>().Demo)
        {
            Tell(text, "Back office", $"{steps.Root}/operator");
            Tell(text, "Dashboard", $"{steps.Root}/dashboard");
            text.AppendLine("  Both sign-in pages of this demo have a button for each role.");
        }

        Tell(text, "Notifications", $"{steps.Root}{Inboxes.PathOf(Inboxes.Examples)}");
        text.AppendLine().AppendLine("Sandbox merchants:");
        foreach (var (country, merchant) in steps.Merchants.Append((steps.Merchants[0].Country, SandboxMerchants.Hmac)))
        {
            var kind = merchant == SandboxMerchants.Hmac ? "   (kind HMAC-SHA256)" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"  {country.Name,-12} merchantNo {merchant.No}   key {merchant.Secret}{kind}");
        }

        text.AppendLine().AppendLine("Create a payment (paste this line):").AppendLine(steps.Call());
        return text.AppendLine().AppendLine("Begin anew:").AppendLine(steps.Reset).ToString();
    }

    private async Task<bool> HasOperatorAsync(CancellationToken cancellation)
    {
        await using var context = services.GetRequiredService<IContexts>().Create();
        return await context.Users.AnyAsync(u => u.Realm == Realm.Operator && u.State == UserState.Active, cancellation);
    }

    private static void Tell(StringBuilder text, string what, string where) => text.AppendLine(CultureInfo.InvariantCulture, $"  {what,-15} {where}");

    /// <summary>Only where there is no order yet, so that starts leave nothing behind. A start does not fail because an example could not be made.</summary>
    private async Task<string?> PageAsync(FirstSteps steps, CancellationToken cancellation)
    {
        await using var context = services.GetRequiredService<IContexts>().Create();
        try
        {
            return await context.Orders.AnyAsync(cancellation) ? null : await services.GetRequiredService<SamplePages>().MakeAsync(steps.Merchants[0].Country, cancellation);
        }
        catch (Exception error) when (error is WriterBusyException or WriteFailedException or WriteInDoubtException or StaleSnapshotException)
        {
            return null;
        }
    }
}

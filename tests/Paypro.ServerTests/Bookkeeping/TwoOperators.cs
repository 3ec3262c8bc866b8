using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>Two people of the operator's finance: one proposes, the other one approves.</summary>
internal sealed class TwoOperators(PortalHost host, Actor first, Actor second)
{
    public Actor First => first;

    public Actor Second => second;

    public static async Task<TwoOperators> MakeAsync(PortalHost host)
    {
        var users = new List<Actor>();
        foreach (var name in (string[])["finance-one@example.com", "finance-two@example.com"])
        {
            await host.The<AuditedStore>().SaveAsync(async (context, trail) =>
            {
                var user = await host.The<Users>().GiveAsync(context, trail, new RoleWish(name, Role.Finance, 0), Actor.Program);
                (user.State, user.Name, user.RaisedAtMs) = (UserState.Active, name, 0);
                users.Add(new Actor(name, user.Id, 0, Caller.Program));
                return true;
            });
        }

        return new TwoOperators(host, users[^2], users[^1]);
    }

    /// <summary>Proposes and approves; what was refused says why.</summary>
    public async Task<string?> DoAsync<TWish>(string kind, string subject, TWish wish)
    {
        var proposed = await host.The<Proposals>().ProposeAsync(first, Grant.Approves, kind, subject, BookJson.Write(wish), "as the paper says");
        return proposed.Problem ?? (await host.The<Proposals>().DecideAsync(second, [Role.Finance], 0, proposed.Id, approves: true, "seen")).Problem;
    }

    public Task<string?> TransferAsync(TransferWish wish) => DoAsync(TransferByHand.Name, wish.Subject, wish);

    /// <summary>A bank account of ours.</summary>
    public async Task<long> BankAsync(string name, string currency)
    {
        Assert.Null(await DoAsync(BankAccounts.Name, BankAccounts.SubjectOf(0), new BankAccountWish(name, currency, "A bank", "0001-" + name, "An operator", TakesTopUps: true)));
        return await host.ReadAsync(c => c.BankAccounts.Where(b => b.Name == name).Select(b => b.Id).SingleAsync());
    }

    /// <summary>Does something on two nodes at once; on SQLite, which one process owns, twice on the same.</summary>
    public async Task OnTwoNodesAsync(Engine engine, Func<PortalHost, Task> work)
    {
        var other = engine == Engine.Postgres ? await host.AnotherNodeAsync() : host;
        await Task.WhenAll(work(host), work(other));
        if (other != host)
        {
            await other.DisposeAsync();
        }
    }

    /// <summary>All of an account, in all buckets.</summary>
    public Task<long> BalanceAsync(AccountKey account) => host.ReadAsync(c => c.Accounts.Where(a => a.Id == account.Id).SumAsync(a => a.BalanceMinor));
}

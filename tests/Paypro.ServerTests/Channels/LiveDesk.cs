using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>Two people of the operator: one works by the operator API, the other approves what needs two.</summary>
internal sealed class LiveDesk(SandboxHost host)
{
    private static readonly Role[] Roles = [Role.Admin, Role.Operations, Role.Finance, Role.Risk];

    private Actor _approver = Actor.Program;
    private string _token = "";

    /// <summary>Gives them their roles, and the first a token.</summary>
    public async Task OpenAsync()
    {
        var (users, secret) = (host.Get<Users>(), OperatorTokens.Prefix + SecretText.New(host.Get<IRandomness>()));
        await host.Get<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            foreach (var email in (string[])["first@example.com", "second@example.com"])
            {
                UserRow user = null!;
                foreach (var role in Roles)
                {
                    user = await users.GiveAsync(context, trail, new RoleWish(email, role, 0), Actor.Program);
                }

                (user.State, user.Name, user.RaisedAtMs) = (UserState.Active, email, 0);
                _approver = Actor.User(user.Id, email, 1, Caller.Program);
                if (_token.Length == 0)
                {
                    _token = secret;
                    context.OperatorTokens.Add(new OperatorTokenRow
                    {
                        Id = host.Get<IdSource>().Next(), Hash = SecretText.HashOf(secret), Name = "test", UserId = user.Id, Permissions = string.Join(' ', Permissions.Operator.Select(p => p.Name)), Networks = "",
                        ApprovedAtMs = 1, EndsAtMs = long.MaxValue,
                    });
                }
            }

            return true;
        });
    }

    /// <summary>An account with its settings and secrets that is tried, registered where its rail knows that, and opened.</summary>
    public async Task<long> AddAccountAsync(string channel, string country, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, byte[]> secrets, int priority)
    {
        // A setting is one line: a certificate in PEM has blanks instead of line ends.
        var wish = new AccountWish(channel, country, $"{channel} {country}", settings.ToDictionary(s => s.Key, s => s.Value.Trim().ReplaceLineEndings(" ")), secrets.ToDictionary(s => s.Key, s => "base64:" + Convert.ToBase64String(s.Value)), priority);
        var id = (await CallAsync("POST", "channels", wish))["account"]!.GetValue<long>();
        if (channel == "dlocal")
        {
            var banks = Protocol.Countries.CountryCatalog.BuiltIn.FindCountry(country)!.Banks.Banks;
            await CallAsync("POST", $"channels/{id}/banks/import", new BankImportWish("bank,code\n" + string.Concat(banks.Select(static bank => $"{bank.Code},rail-code\n")), false, "the list of the contract"));
        }

        await host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        if (channel is "pix" or "mpesa")
        {
            await CallAsync("POST", $"channels/{id}/activate", new ReasonWish("set up"));
        }

        var found = (await CallAsync("POST", $"channels/{id}/check", new CheckWish("", "")))["findings"]!.AsArray();
        Assert.True(found.All(one => one!["result"]!.GetValue<string>() is "right" or "look"), found.ToJsonString());
        await ProposeAsync($"channels/{id}/reopen", new ReasonWish("all is set up"));
        return id;
    }

    /// <summary>A merchant with its papers settled, approved, with terms and a key.</summary>
    public async Task<(long No, string Secret)> AddMerchantAsync(string country)
    {
        var business = (await CallAsync("POST", "businesses", new BusinessWish($"A business in {country}")))["id"]!.GetValue<long>();
        var no = (await CallAsync("POST", "merchants", new MerchantWish(business, country, "A shop")))["merchantNo"]!.GetValue<long>();
        foreach (var paper in (await CallAsync("GET", $"merchants/{no}/papers", null))["items"]!.AsArray())
        {
            await CallAsync("POST", $"merchants/{no}/papers/{paper!["code"]!.GetValue<string>()}", new PaperWish(PaperState.NotNeeded, "seen elsewhere"));
        }

        await ProposeAsync($"merchants/{no}/approve", new ReasonWish("all papers were seen"));
        await ProposeAsync("terms", new TermsRequest(new TermsWish(no, country, Paypro.Channels.Direction.PayIn, BasisPoints: 150, TaxBasisPoints: 1600), "the contract"));

        // Only an owner makes a key.
        const string secret = "a secret of this test that is long enough for a live key";
        await host.Get<ConfigStore>().SaveAsync(context =>
        {
            context.MerchantKeys.Add(host.Get<KeyMaker>().Make(no * 10, no, Protocol.Signing.SigningAlgorithm.Md5, secret, signs: true, validFromMs: 0, validToMs: 0));
            return Task.CompletedTask;
        });
        return (no, secret);
    }

    public Task StopAsync(long account) => CallAsync("POST", $"channels/{account}/stop", new ReasonWish("the other account is to be used"));

    /// <summary>Proposes by the API, and the other person approves.</summary>
    private async Task ProposeAsync(string path, object wish)
    {
        var id = (await CallAsync("POST", path, wish))["proposal"]!.GetValue<long>();
        var decided = await host.Get<Proposals>().DecideAsync(_approver, Roles, 0, id, true, "seen");
        Assert.True(decided is { Problem: null, State: ProposalState.CarriedOut }, $"{path}: {decided}");
        await host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    private async Task<JsonNode> CallAsync(string method, string path, object? wish)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"/operator/v1/{path}", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (wish is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(wish, wish.GetType(), OperatorJson.Options), Encoding.UTF8, "application/json");
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }

        using var answer = await host.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{method} {path}: {(int)answer.StatusCode} {text}\n{host.Log.Text}"));
        return JsonNode.Parse(text)!;
    }
}

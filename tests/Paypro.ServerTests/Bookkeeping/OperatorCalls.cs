using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Paypro.Server.Access;
using Paypro.Server.Operator;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>Calls the operator API with a token of its own.</summary>
internal static class OperatorCalls
{
    public static async Task<HttpClient> OpenAsync(PortalHost host, string permissions)
    {
        var secret = OperatorTokens.Prefix + SecretText.New(host.The<IRandomness>());
        await host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var maker = new UserRow();
            foreach (var role in (Role[])[Role.Admin, Role.Finance])
            {
                maker = await host.The<Users>().GiveAsync(context, trail, new RoleWish("token-maker@example.com", role, 0), Actor.Program);
            }

            (maker.State, maker.Name, maker.RaisedAtMs) = (UserState.Active, "token maker", 0);
            context.OperatorTokens.Add(new OperatorTokenRow { Id = host.The<IdSource>().Next(), Hash = SecretText.HashOf(secret), Name = "test", UserId = maker.Id, Permissions = permissions, Networks = "", ApprovedAtMs = 1, EndsAtMs = long.MaxValue });
            trail.Add(Actor.Program, "test.token", "token:1");
            return true;
        });
        var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return http;
    }

    public static async Task<(HttpStatusCode Status, JsonNode Body)> CallAsync(HttpClient http, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri($"/operator/v1/{path}", UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }

        using var response = await http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}

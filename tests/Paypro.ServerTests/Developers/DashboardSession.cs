using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Developers;

/// <summary>A merchant's user who has signed in, on any host; one of the operator's where the business is 0.</summary>
internal sealed class DashboardSession : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _token;

    private DashboardSession(Uri address, string cookie, string secret)
    {
        var cookies = new CookieContainer();
        cookies.Add(address, new Cookie(cookie, secret));
        _http = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = address };
        _token = Sessions.FormToken(secret);
    }

    /// <summary>Signs a new user in, without the pages that make one.</summary>
    public static async Task<DashboardSession> StartAsync(IServiceProvider services, Uri address, Role role, long businessId)
    {
        var secret = "";
        await services.GetRequiredService<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var user = await services.GetRequiredService<Users>().GiveAsync(context, trail, new RoleWish($"{role}-{businessId}@developers.example".ToLowerInvariant(), role, businessId), Actor.Program);
            (user.State, user.Name, user.RaisedAtMs) = (UserState.Active, role.ToString(), 0);
            (secret, _) = services.GetRequiredService<Sessions>().Add(context, user, Caller.Program);
            return true;
        });
        return new DashboardSession(address, businessId == 0 ? "paypro-operator" : "paypro-dashboard", secret);
    }

    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
    }

    /// <returns>Of a redirect the address.</returns>
    public Task<(HttpStatusCode Status, string Text)> PostAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(path, new FormUrlEncodedContent(fields.Append(("token", _token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2))));

    public Task<(HttpStatusCode Status, string Text)> UploadAsync(string path, string field, byte[] file, params (string Name, string Value)[] fields)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Append(("token", _token)))
        {
            content.Add(new StringContent(value), name);
        }

        content.Add(new ByteArrayContent(file), field, "file.bin");
        return SendAsync(path, content);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(string path, HttpContent content)
    {
        using (content)
        {
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
            return (response.StatusCode, response.Headers.Location?.ToString() ?? WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
        }
    }
}

//! What the daemon fetches for `ADD URL`: from ports of the host and from containers; there is no other web.

mod http;

use std::time::Duration;

use bstr::BString;
use kernel::{Address, Traffic, WireId};
use vfs::{Errno, Time};

use self::http::{Answer, Url};
use crate::networks::WireStep;
use crate::{Engine, Runtime};

/// The number of the daemon's connections among those of its host; processes count theirs from 1.
const WIRE: WireId = 1 << 62;
/// How often the answer is looked for, and how long.
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(30);
/// Redirections that are followed.
const HOPS: usize = 10;
/// The port of the private registry, which is no process.
const REGISTRY_PORT: u16 = 5000;

/// A file from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Downloaded {
    /// The last part of the URL's path; empty for none.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// `Last-Modified`.
    pub(crate) modified: Option<Time>,
}

/// Why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DownloadError {
    /// The simulation ends.
    Beyond(String),
    /// Go's sentence: it is no URL, or nobody answers.
    Failed(String),
    /// The server's refusal.
    Status {
        /// E.g. `404 Not Found`.
        status: String,
        /// Its number.
        code: u16,
        /// What it wrote.
        body: Vec<u8>,
    },
}

/// The name of the file at a URL; empty for none.
pub(crate) fn name_of(url: &str) -> String {
    Url::parse(url).map(|url| url.name().to_owned()).unwrap_or_default()
}

/// Whether a URL is one of this world: plain HTTP to an address, or the host itself.
fn address(text: &str, url: &Url) -> Result<Address, DownloadError> {
    let beyond = |why: &str| DownloadError::Beyond(format!("ADD of a URL {why} is not simulated: {text}"));
    if url.scheme != "http" {
        return Err(beyond("over TLS"));
    }
    let parts: Vec<u8> = url.host.split('.').filter_map(|part| part.parse().ok()).collect();
    let address = match (url.host.as_str(), <[u8; 4]>::try_from(parts)) {
        ("localhost", _) => [127, 0, 0, 1],
        (host, Ok(address)) if host.split('.').count() == 4 => address,
        _ => return Err(beyond("outside of this machine")),
    };
    match address[0] == 127 && url.port == REGISTRY_PORT {
        true => Err(beyond("of the private registry")),
        false => Ok(address),
    }
}

impl Engine {
    /// Fetches a URL. Containers run on while they answer, and the clock with them.
    pub(crate) fn download(
        &mut self,
        runtime: &mut Runtime,
        text: &str,
    ) -> Result<Downloaded, DownloadError> {
        let name = name_of(text);
        let mut at = text.to_owned();
        for _ in 0..HOPS {
            let parsed = Url::parse(&at);
            let quoted = dockerfile::go_quote(&at);
            let url = parsed.map_err(|error| DownloadError::Failed(format!("parse {quoted}: {error}")))?;
            let answer = self.get(runtime, &at, &url)?;
            match (answer.code(), answer.header("location")) {
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    let is_path = location.starts_with('/');
                    let base = format!("{}://{}:{}", url.scheme, url.host, url.port);
                    at = if is_path { format!("{base}{location}") } else { location.to_owned() };
                }
                (200..400, _) => {
                    let modified = answer.modified();
                    return Ok(Downloaded { name, bytes: answer.body, modified });
                }
                (code, _) => {
                    let Answer { status, body, .. } = answer;
                    return Err(DownloadError::Status { status, code, body });
                }
            }
        }
        let quoted = dockerfile::go_quote(&at);
        Err(DownloadError::Failed(format!("Get {quoted}: stopped after 10 redirects")))
    }

    fn get(&mut self, runtime: &mut Runtime, text: &str, url: &Url) -> Result<Answer, DownloadError> {
        let address = address(text, url)?;
        let quoted = dockerfile::go_quote(text);
        let failed = |why: String| DownloadError::Failed(format!("Get {quoted}: {why}"));
        let place = |errno: Errno| {
            let [a, b, c, d] = address;
            let reason = match errno {
                Errno::EHOSTUNREACH => "no route to host".to_owned(),
                other => other.to_string().to_lowercase(),
            };
            failed(format!("dial tcp {a}.{b}.{c}.{d}:{}: connect: {reason}", url.port))
        };
        self.catch_up(runtime);
        let sandbox = kernel::SandboxId(0);
        self.carry_own(runtime, Traffic::Connect { wire: WIRE, sandbox, address, port: url.port });
        let port = if url.port == 80 { String::new() } else { format!(":{}", url.port) };
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {}{port}\r\nUser-Agent: Go-http-client/1.1\r\nConnection: close\r\n\r\n",
            url.target, url.host
        );
        let until = self.clock + PATIENCE;
        let mut received = Vec::new();
        let mut is_over = false;
        while !is_over && self.clock < until {
            for step in runtime.host.take_of(WIRE) {
                match step {
                    WireStep::Connected(_, Some(code)) => {
                        return Err(place(Errno::from_code(code).unwrap_or(Errno::ECONNREFUSED)));
                    }
                    WireStep::Connected(_, None) => {
                        let bytes = request.clone().into_bytes();
                        self.carry_own(runtime, Traffic::Data { wire: WIRE, bytes });
                    }
                    WireStep::Data(_, bytes) => received.extend_from_slice(&bytes),
                    _ => is_over = true,
                }
            }
            if !is_over {
                self.clock = self.clock + LOOK;
                self.catch_up(runtime);
            }
        }
        self.close(runtime, WIRE);
        if !is_over && received.is_empty() {
            return Err(failed("net/http: timeout awaiting response headers".to_owned()));
        }
        Answer::read(&received).ok_or_else(|| {
            let begin: BString =
                received.iter().copied().take_while(|byte| *byte != b'\n').take(40).collect();
            match received.is_empty() {
                true => failed("EOF".to_owned()),
                false => failed(format!(
                    "net/http: HTTP/1.x transport connection broken: malformed HTTP response \"{begin}\""
                )),
            }
        })
    }
}

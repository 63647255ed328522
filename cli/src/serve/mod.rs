//! `glasshull serve`: the lab in a browser, from this one program.
//!
//! Only files are served: the page runs its own engine. The project folder, if one is named, is read when the page asks for
//! it and never written.

mod page;
mod project;

use std::{
    io::Write,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use clap::Args;
use page::Page;
use tiny_http::{Header, Method, Request, Response, Server};

/// How many readers are served at a time: a class that opens the page together waits for nobody's slow line.
const THREADS: usize = 8;

#[derive(Args)]
pub(crate) struct Options {
    /// A project folder that the sandbox begins with
    folder: Option<PathBuf>,
    /// The address to listen at; others than yourself see the page only if you say so here (0.0.0.0)
    #[arg(long, default_value = "127.0.0.1")]
    bind: IpAddr,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 7070)]
    port: u16,
    /// Serve the page of this folder instead of the one in the program
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,
}

/// Serves until the program is ended.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let page = match &options.page {
        Some(folder) => Page::of_folder(folder)?,
        None => Page::embedded()?,
    };
    if let Some(folder) = &options.folder {
        project::read(folder)?;
    }
    let address = SocketAddr::new(options.bind, options.port);
    let server = Server::http(address).map_err(|error| format!("{address}: {error}"))?;
    let address = server.server_addr().to_ip().unwrap_or(address);
    println!("The lab is at http://{address}/ (Ctrl-C ends it)");
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    let site = Site { page, folder: options.folder.clone(), is_loopback: options.bind.is_loopback() };
    let server = Arc::new(server);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for request in server.incoming_requests() {
                    site.answer(request);
                }
            });
        }
    });
    Ok(())
}

struct Site {
    page: Page,
    folder: Option<PathBuf>,
    /// Then a request under another name than this machine's is a foreign page's trick.
    is_loopback: bool,
}

impl Site {
    fn answer(&self, request: Request) {
        let response = self.response(&request);
        // Who has gone away meanwhile needs no answer.
        let _ = request.respond(response);
    }

    fn response(&self, request: &Request) -> Response<std::io::Cursor<Vec<u8>>> {
        if self.is_loopback && !is_local(request) {
            return plain(421, "this server is for this machine alone\n");
        }
        if !matches!(request.method(), Method::Get | Method::Head) {
            return plain(405, "only GET and HEAD\n");
        }
        let path = request.url().split(['?', '#']).next().unwrap_or_default();
        match path.trim_start_matches('/') {
            "project.json" => match self.folder.as_deref().map(project::read) {
                Some(Ok(json)) => typed(json, "application/json"),
                Some(Err(message)) => plain(500, &format!("{message}\n")),
                None => typed(b"null".to_vec(), "application/json"),
            },
            name => match self.page.file(if name.is_empty() { "index.html" } else { name }) {
                Some((bytes, kind)) => typed(bytes.to_vec(), kind),
                None => plain(404, "no such file\n"),
            },
        }
    }
}

/// Whether a request names this machine as its host; browsers send the name that the user sees.
fn is_local(request: &Request) -> bool {
    let host = request.headers().iter().find(|header| header.field.equiv("Host"));
    let Some(host) = host.map(|header| header.value.as_str()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host.split(':').next(),
    };
    name.is_some_and(|name| name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()))
}

fn typed(bytes: Vec<u8>, kind: &str) -> Response<std::io::Cursor<Vec<u8>>> {
    let headers =
        [("Content-Type", kind), ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff")];
    let headers = headers.iter().filter_map(|(name, value)| Header::from_bytes(*name, *value).ok());
    headers.fold(Response::from_data(bytes), Response::with_header)
}

fn plain(status: u16, text: &str) -> Response<std::io::Cursor<Vec<u8>>> {
    typed(text.as_bytes().to_vec(), "text/plain; charset=utf-8").with_status_code(status)
}

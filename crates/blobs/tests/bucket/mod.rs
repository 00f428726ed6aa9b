//! A bucket on this machine: as much of the wire of S3 as is spoken with it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    /// Each request's first line without the query, and what it showed.
    seen: Vec<(String, String)>,
    failing: usize,
}

/// A bucket.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    address: String,
    state: Arc<Mutex<State>>,
}

impl Bucket {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let bucket = Self { address, state: Arc::default() };
        let served = bucket.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move { served.talk(stream).await });
            }
        });
        bucket
    }

    pub(crate) fn address(&self) -> String {
        self.address.clone()
    }

    pub(crate) fn seen(&self) -> Vec<(String, String)> {
        self.state.lock().unwrap().seen.clone()
    }

    /// So many requests get a 503.
    pub(crate) fn fail_next(&self, count: usize) {
        self.state.lock().unwrap().failing = count;
    }

    async fn talk(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        loop {
            let mut first = String::new();
            if stream.read_line(&mut first).await.unwrap_or(0) == 0 {
                return;
            }
            let mut headers = BTreeMap::new();
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await.unwrap();
                let Some((name, value)) = line.trim_end().split_once(": ") else { break };
                headers.insert(name.to_lowercase(), value.to_owned());
            }
            let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            let mut words = first.split(' ');
            let (method, target) = (words.next().unwrap(), words.next().unwrap());
            let authorization = headers.get("authorization").cloned().unwrap_or_default();
            let (status, content) = self.answer(method, target, &authorization, body);
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\netag: \"e\"\r\nlast-modified: Mon, 30 Nov 2026 08:00:00 GMT\r\n\r\n",
                content.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            if method != "HEAD" {
                stream.write_all(&content).await.unwrap();
            }
        }
    }

    fn answer(
        &self,
        method: &str,
        target: &str,
        authorization: &str,
        body: Vec<u8>,
    ) -> (&'static str, Vec<u8>) {
        let mut state = self.state.lock().unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        state.seen.push((format!("{method} {path}"), authorization.to_owned()));
        if state.failing > 0 {
            state.failing -= 1;
            return ("503 Slow Down", Vec::new());
        }
        let key = path.strip_prefix("/files/").unwrap_or_default().to_owned();
        match method {
            "PUT" => {
                state.objects.insert(key, body);
                ("200 OK", Vec::new())
            }
            "DELETE" => {
                state.objects.remove(&key);
                ("204 No Content", Vec::new())
            }
            // Several are deleted at once, by their names.
            "POST" if query.starts_with("delete") => {
                let text = String::from_utf8(body).unwrap();
                let mut deleted = String::new();
                for part in text.split("<Key>").skip(1) {
                    let key = part.split("</Key>").next().unwrap();
                    state.objects.remove(key);
                    deleted += &format!("<Deleted><Key>{key}</Key></Deleted>");
                }
                ("200 OK", format!("<DeleteResult>{deleted}</DeleteResult>").into_bytes())
            }
            "GET" if query.contains("list-type=2") => ("200 OK", list(&state.objects, query).into_bytes()),
            "GET" => match state.objects.get(&key) {
                Some(bytes) => ("200 OK", bytes.clone()),
                None => ("404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
            },
            _ => ("400 Bad Request", Vec::new()),
        }
    }
}

fn list(objects: &BTreeMap<String, Vec<u8>>, query: &str) -> String {
    let prefix = query.split('&').find_map(|part| part.strip_prefix("prefix=")).unwrap_or_default();
    let prefix = prefix.replace("%2F", "/");
    let mut contents = String::new();
    for (key, bytes) in objects.iter().filter(|(key, _)| key.starts_with(&prefix)) {
        contents += &format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-30T08:00:00.000Z</LastModified><ETag>\"e\"</ETag><Size>{}</Size></Contents>",
            bytes.len()
        );
    }
    format!(
        "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
    )
}

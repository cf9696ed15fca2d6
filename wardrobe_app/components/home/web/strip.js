// A row of square photos that open their garments. It is as high without photos as with them.

function tile(photo, open) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = photo.title;
  const image = document.createElement("img");
  image.src = photo.src;
  image.alt = `Open ${photo.title}`;
  button.append(image);
  button.addEventListener("click", () => open(photo.id));
  return button;
}

function bare(photo) {
  const box = document.createElement("span");
  box.className = "bare";
  box.textContent = photo.title;
  return box;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const row = parentElement.querySelector(".strip");
  row.setAttribute("aria-busy", String(data.waiting));
  row.classList.toggle("waiting", data.waiting);
  const open = (id) => setTriggerValue("open", id);
  if (data.waiting) {
    row.replaceChildren(...Array.from({ length: 4 }, () => document.createElement("i")));
  } else if (data.photos.length) {
    row.replaceChildren(...data.photos.map((photo) => (photo.src ? tile(photo, open) : bare(photo))));
  } else {
    const words = document.createElement("p");
    words.textContent = data.nothing;
    row.replaceChildren(words);
  }
}
